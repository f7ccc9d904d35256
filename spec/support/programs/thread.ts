/** Runs in a worker_threads thread: starts a workbench, tells its pid, and is in the middle of calls ever after. */
import { parentPort } from 'node:worker_threads';
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { workbenchModule } from '../workers.js';

const worker = await spawn({ module: workbenchModule, python: pythonCommand() });
const workbench = worker.client(WorkbenchClient);
parentPort?.postMessage(worker.pid);

if (process.argv[2] === 'blocked') while (workbench.sync.add(1, 1) === 2);
else while ((await workbench.add(1, 1)) === 2);
