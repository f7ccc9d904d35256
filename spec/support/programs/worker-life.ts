/** Goes through the life of a worker, and prints how far it came: answers, a kill, a restart, an end, and what is left of it. */
import { spawn } from 'ringsnake';
import { childPids } from '../leaks.js';
import { until } from '../processes.js';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { workbenchModule } from '../workers.js';

const done: string[] = [];
const worker = await spawn({
  module: workbenchModule,
  python: pythonCommand(),
  restart: { delay: 1 },
});
const workbench = worker.client(WorkbenchClient);
if ((await workbench.add(1, 1)) === 2 && workbench.sync.add(1, 1) === 2) done.push('answered');
const call = workbench.block(60_000);
process.kill(worker.pid, 'SIGKILL');
await call.catch(({ signal }: { signal: string }) => signal === 'SIGKILL' && done.push('killed'));
if ((await workbench.add(1, 1)) === 2) done.push('restarted');
if ((await worker.close()).exitCode === 0) done.push('closed');
await until('no children', () => childPids().length === 0);
done.push('no zombie');
console.log(`process ${process.pid}: ${done.join(', ')}`);
