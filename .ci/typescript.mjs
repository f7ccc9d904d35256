/** lib, codegen, spec and bench as JavaScript in dist/. */
import { chmodSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint, isStamped, stamp } from './fingerprint.mjs';
import { root, run, step } from './step.mjs';

const STAMP = 'dist/.stamp';
const FOLDERS = ['lib', 'codegen', 'spec', 'bench'];

export async function prepareTypescript() {
  const wanted = inputs();
  if (isStamped(STAMP, wanted) && !changedSince(STAMP)) return;
  await step('TypeScript', async () => {
    rmSync(join(root, STAMP), { force: true });
    removeOrphans();
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '--pretty', 'false'], { log: 'tsc.log' });
    // Not before: it needs packages.
    const { bundlePackage } = await import('./bundle.mjs');
    await bundlePackage();
    // tsc writes no executables; npm makes them so only when it installs a package.
    chmodSync(join(root, 'dist', 'lib', 'cli', 'main.js'), 0o755);
  });
  stamp(STAMP, wanted);
}

function inputs() {
  return fingerprint({
    files: ['.ci/bundle.mjs', 'tsconfig.json', 'package.json', 'package-lock.json', ...sources()],
  });
}

function sources() {
  return FOLDERS.flatMap(filesBelow).filter(
    (path) => /\.(ts|mts|mjs|js)$/.test(path) && !path.startsWith('spec/fixtures/'),
  );
}

/**
 * Whether somebody called tsc by hand, or removed something, after the stamp was set.
 * @param {string} path
 */
function changedSince(path) {
  const { mtimeMs } = statSync(join(root, path));
  const outputs = filesBelow('dist').filter((file) => file.endsWith('js') && file !== path);
  const expected = sources().filter((file) => !file.endsWith('.d.ts'));
  return (
    outputs.some((file) => statSync(join(root, file)).mtimeMs > mtimeMs) ||
    expected.some((file) => !existsSync(join(root, 'dist', compiled(file))))
  );
}

/** What was compiled from a source that is gone must not be found by tests or imports. */
function removeOrphans() {
  const kept = new Set(sources().map(compiled));
  for (const file of filesBelow('dist')) {
    const output = file
      .slice('dist/'.length)
      .replace(/\.d\.(m?)ts(\.map)?$/, '.$1js')
      .replace(/\.map$/, '');
    if (!kept.has(output)) rmSync(join(root, file));
  }
}

/** @param {string} source */
function compiled(source) {
  return source.replace(/\.(m?)ts$/, '.$1js');
}
