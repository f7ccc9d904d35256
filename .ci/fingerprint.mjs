/** Tells whether what a step made still belongs to what it was made from. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './step.mjs';

/**
 * A hash over the names and contents of files, and over facts.
 * @param {{ files: readonly string[], facts?: readonly unknown[] }} inputs paths relative to the root
 */
export function fingerprint({ files, facts = [] }) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/**
 * Every file below a folder, relative to the root, sorted.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

/**
 * @param {string} path relative to the root
 * @param {string} expected
 */
export function isStamped(path, expected) {
  return existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === expected;
}

/**
 * @param {string} path relative to the root
 * @param {string} value
 */
export function stamp(path, value) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), value);
}
