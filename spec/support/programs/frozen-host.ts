/**
 * A host under load in both directions, which others stop and let go on: `frozen-host SEED`. Prints the pid of its worker, works until
 * it gets SIGUSR2, and prints what came of it as JSON.
 */
import { once } from 'node:events';
import { collectUntil } from '../collector.js';
import { Foundries } from '../foundry/start.js';

const foundries = await Foundries.start();
let ended = false;
const working = foundries.work({ seed: Number(process.argv[2]), done: () => ended });
const told = once(process, 'SIGUSR2');
process.stdout.write(`${foundries.worker.pid}\n`);
await told;
ended = true;
const report = await working;
const inUse = (): number => Object.keys(foundries.worker.handles().imported).length;
await collectUntil('objects are given back', () => inUse() === 0);
await foundries.worker.close();
process.stdout.write(`${JSON.stringify({ ...report, held: inUse() })}\n`);
