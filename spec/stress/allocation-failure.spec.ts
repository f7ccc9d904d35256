/** Each allocation of the core fails, once or from then on: it is told or made good, and nothing is left. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';

const timeoutMs = 120_000;

t.setTimeout(timeoutMs);
await reportProgram(t, buildCoreProgram('stress/allocation_failure.cc'), {
  // Else the loader's own allocations would be among those that fail.
  env: { LD_BIND_NOW: '1' },
  timeoutMs,
  skipReason: 'the C library is not one before whose allocator a program can stand',
});
