import { spawn } from 'ringsnake';
import { CountdownClient, DisplayServer } from './countdown.gen.js';

const display = new DisplayServer({ show: (seconds) => console.log(`${seconds} …`) });
const worker = await spawn({ module: './countdown.py', serves: [display] });

console.log(await worker.client(CountdownClient).run(3));

await worker.close();
