/**
 * Starts a workbench, prints its pid, and then does what the first argument says: `idle`, `block` (Python holds its
 * interpreter), `compute` (Python computes in C without ever letting the GIL go), `exit` with calls open, `close-at-signal`, or `end`.
 */
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { workbenchModule } from '../workers.js';

const worker = await spawn({ module: workbenchModule, python: pythonCommand() });
const workbench = worker.client(WorkbenchClient);
const LONG_MS = 60_000;
let timer: NodeJS.Timeout | undefined;

switch (process.argv[2]) {
  case 'idle':
    setTimeout(() => {}, LONG_MS);
    break;
  case 'block':
    void workbench.block(LONG_MS);
    break;
  case 'compute':
    void workbench.compute();
    break;
  case 'exit':
    void workbench.block(LONG_MS);
    setImmediate(() => process.exit(7));
    break;
  case 'close-at-signal':
    for (const signal of ['SIGTERM', 'SIGINT'])
      process.once(signal, async () => {
        clearTimeout(timer);
        await worker.close();
      });
    timer = setTimeout(() => {}, LONG_MS);
    break;
  default: // `end`: an open worker alone does not keep this process alive
}
console.log(worker.pid);
