/** Makes a call in each direction, and one that fails. */
import { spawn } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { fixtureModule, host } from '../workers.js';

const worker = await spawn({
  module: fixtureModule('observed.py'),
  python: pythonCommand(),
  serves: [host],
});
const workbench = worker.client(WorkbenchClient);
await workbench.callHost(1);
await workbench.fail('no').catch(() => {});
await worker.close();
