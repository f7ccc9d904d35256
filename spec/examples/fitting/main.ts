import { spawn } from 'ringsnake';
import { FittingClient } from './fitting.gen.js';

const worker = await spawn({ module: './fitting.py' });
const fitting = worker.client(FittingClient);

using line = await fitting.fit([1, 3, 5], (count) => console.log(`point ${count}`));
console.log(line.slope, await line.at(10));

// A call on what is not there yet: one round trip for both.
console.log(await fitting.fit([0, 4], () => {}).at(2));

await worker.close();
