/** Starts a worker whose output is ignored, lets it write to both and end, and prints what the call says of that. */
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { fixtureModule } from '../workers.js';

const worker = await spawn({
  module: fixtureModule('obeys.py'),
  python: pythonCommand(),
  stdout: 'ignore',
  stderr: 'ignore',
});
const PROGRAM = `
import os
os.write(1, b"never seen\\n")
os.write(2, b"last words\\n") and os._exit(1)`;
try {
  await worker.client(WorkbenchClient).echoText(PROGRAM);
} catch (error) {
  const { code, stderr } = error as { code: string; stderr: string };
  console.log(`${code} ${stderr}`);
}
