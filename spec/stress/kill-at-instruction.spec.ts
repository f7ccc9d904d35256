/** A side of a channel is killed at one instruction after the other of all that it does; the other side must be well. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';

const long = process.env['RINGSNAKE_STRESS'] === '1';
const timeoutMs = long ? 3_600_000 : 180_000;

t.setTimeout(timeoutMs);
await reportProgram(t, buildCoreProgram('stress/kill_at_instruction.cc'), {
  argv: long ? ['long'] : [],
  // Else the first call of each library function would go through a thousand instructions of the loader.
  env: { LD_BIND_NOW: '1' },
  timeoutMs,
  skipReason: 'this machine does not let a process trace its child (ptrace)',
});
