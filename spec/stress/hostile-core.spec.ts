/** The core, watched by the address sanitizer, against a peer that flips words of the region while it sends. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';

const long = process.env['RINGSNAKE_STRESS'] === '1';
/** Milliseconds. The long form goes on for an hour, however many messages that makes. */
const timeoutMs = long ? 3_900_000 : 180_000;

t.setTimeout(timeoutMs);
await reportProgram(t, buildCoreProgram('stress/hostile_core.cc', 'address'), {
  argv: long ? ['1000000000000', '3600'] : ['5000000', '30'],
  timeoutMs,
});
