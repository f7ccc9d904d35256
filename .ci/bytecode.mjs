/**
 * Python's half as bytecode, beside its sources. Python would write it itself at the first start, but not where the folder is read-only
 * to who runs it, or with PYTHONDONTWRITEBYTECODE, as in many containers: there each start would compile it all again, for 35 ms.
 */
import { run } from './step.mjs';

/** @param {import('../lib/doctor/python.mjs').PythonFacts} python */
export async function prepareBytecode(python) {
  // Not a step with a line of its own: what is fresh already, by size and time, takes no more than the start of an interpreter.
  const argv = ['-m', 'compileall', '-q', 'python/ringsnake'];
  await run(python.executable, argv, { log: 'bytecode.log' });
}
