/** Runs in a worker_threads thread: starts workbenches one after the other, for ever. */
import { parentPort } from 'node:worker_threads';
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { workbenchModule } from '../workers.js';

parentPort?.postMessage('ready');
while (true) await (await spawn({ module: workbenchModule, python: pythonCommand() })).close();
