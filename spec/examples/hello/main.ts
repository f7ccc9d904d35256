import { spawn } from 'ringsnake';
import { GreeterClient } from './greeter.gen.js';

const worker = await spawn({ module: './greeter.py' });
const greeter = worker.client(GreeterClient);

console.log(await greeter.greet(['Ada', 'Grace']));
console.log(greeter.sync.greet(['Alan'])); // the same call, blocking

await worker.close();
