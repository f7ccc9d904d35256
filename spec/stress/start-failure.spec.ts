/** Each system call of a start fails once: in the host, and in the worker. A coded error says so, or it is made good; nothing is left. */
import { join } from 'node:path';
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';
import { root } from '../support/root.js';

const long = process.env['RINGSNAKE_STRESS'] === '1';
const timeoutMs = long ? 1_800_000 : 180_000;

t.setTimeout(timeoutMs);
const program = join(root, 'dist', 'spec', 'support', 'programs', 'start-failure.js');
await reportProgram(t, buildCoreProgram('stress/start_failure.cc'), {
  argv: [process.execPath, program, long ? '100' : '2'],
  // The test runner's own would be among those that fail.
  env: { NODE_OPTIONS: '' },
  timeoutMs,
  skipReason: 'this machine does not let a process trace its child (ptrace)',
});
