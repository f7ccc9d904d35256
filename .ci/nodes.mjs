/** Another Node.js, for specs about what a newer one brings with it, such as its own OpenSSL. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isStamped, stamp } from './fingerprint.mjs';
import { root, run, StepError, step } from './step.mjs';

const VERSION = '24.21.0';
const PACKAGE = `node-linux-${process.arch}`;
const FOLDER = 'build/nodes';
const STAMP = `${FOLDER}/installed.stamp`;

/** Who cannot have it still tests all the rest: those specs say that they were skipped. */
export async function prepareNodes() {
  const wanted = `${PACKAGE}@${VERSION}`;
  const program = join(root, FOLDER, 'node_modules', PACKAGE, 'bin', 'node');
  if (isStamped(STAMP, wanted) && existsSync(program)) return;
  try {
    await step(`Node.js ${VERSION}`, async () => {
      const argv = ['install', '--prefix', join(root, FOLDER), '--no-save', '--ignore-scripts'];
      const npm = process.env['npm_execpath'];
      const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
      await run(command, [...first, ...argv, '--no-audit', '--no-fund', wanted], {
        log: 'nodes.log',
      });
    });
    stamp(STAMP, wanted);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stdout.write(`  specs that need it are skipped; build/nodes.log says why\n`);
  }
}
