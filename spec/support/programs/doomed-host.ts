/** Starts an arena, prints `worker PID`, does the work that the first argument names, and prints `done`. Kills itself at a step: see doomed.ts. */
import '../arena/doomed.js';
import { startArena } from '../arena/start.js';
import { WORKS, type WorkName } from '../arena/works.js';

const arena = await startArena();
console.log(`worker ${arena.worker.pid}`);
const right = await WORKS[process.argv[2] as WorkName](arena, 7);
console.log(right ? 'done' : 'wrong');
await arena.worker.close();
