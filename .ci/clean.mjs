/** Removes every built and installed thing; what git tracks stays. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './fingerprint.mjs';
import { root } from './step.mjs';

const FOLDERS = ['build', 'dist', 'node_modules', '.venv', '.tap', '.ruff_cache', '.mypy_cache'];

for (const folder of FOLDERS) rmSync(join(root, folder), { recursive: true, force: true });
for (const file of ['python', 'spec'].flatMap(filesBelow)) {
  if (/\.(so|pyc)$/.test(file)) rmSync(join(root, file));
}
