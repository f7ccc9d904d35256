/** Every 32-bit word that a peer can put where a record begins, through the consumer's own check. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';

const long = process.env['RINGSNAKE_STRESS'] === '1';
const timeoutMs = long ? 1_800_000 : 180_000;

t.setTimeout(timeoutMs);
await reportProgram(t, buildCoreProgram('stress/header_exhaustion.cc'), {
  argv: long ? ['long'] : [],
  timeoutMs,
});
