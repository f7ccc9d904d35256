import { delimiter } from 'node:path';
import { pythonPath } from '../native.js';

/** `PYTHONPATH` for an interpreter that is to find our package: it need not be installed there. */
export function pythonPathWithin(environment: NodeJS.ProcessEnv): string {
  const inherited = environment['PYTHONPATH'];
  return inherited ? `${pythonPath}${delimiter}${inherited}` : pythonPath;
}
