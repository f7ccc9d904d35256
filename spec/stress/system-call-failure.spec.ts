/** Each system call of the core fails once, in each of the ways that calls fail: it is told or made good, and nothing is left. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';

const long = process.env['RINGSNAKE_STRESS'] === '1';
const timeoutMs = long ? 600_000 : 180_000;

t.setTimeout(timeoutMs);
await reportProgram(t, buildCoreProgram('stress/system_call_failure.cc'), {
  argv: long ? ['long'] : [],
  // Else the loader's own calls would be among those that fail.
  env: { LD_BIND_NOW: '1' },
  timeoutMs,
  skipReason: 'this machine does not let a process trace its child (ptrace)',
});
