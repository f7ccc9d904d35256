/** Counts a flood on its worker's stderr that is inherited, and prints `done` once all of it has gone. */
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { fixtureModule } from '../workers.js';

let bytes = 0;
process.stderr.write = (chunk: string | Uint8Array): boolean => {
  bytes += chunk.length;
  return true;
};
const worker = await spawn({ module: fixtureModule('obeys.py'), python: pythonCommand() });
const MEBIBYTES = 256;
await worker
  .client(WorkbenchClient)
  .echoText(
    `import os\nfor _ in range(${MEBIBYTES * 16}): os.write(2, b"\\xff\\x00" * 32768)\nNone`,
  );
await worker.close();
console.log(bytes === MEBIBYTES * 2 ** 20 ? 'done' : `only ${bytes} bytes`);
