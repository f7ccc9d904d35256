/** The repository as the rules see it: texts by path. A rule takes one and returns what breaks it. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { root } from '../support/root.js';

/** Texts by path from the root, with `/`. A rule's own test makes a small one. */
export type Tree = ReadonlyMap<string, string>;

// What .gitignore names, and git itself.
const NOT_OURS = new Set(['.git', '.tap', '.venv', '__pycache__', 'build', 'dist', 'node_modules']);
const TEXT = new Set([
  ...['.ts', '.mjs', '.py', '.pyi', '.cc', '.h', '.json', '.md', '.txt', '.toml', '.gyp', ''],
]);

let cached: Tree | undefined;

/** Every text file that is ours. */
export function repository(): Tree {
  cached ??= new Map(files('').map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  return cached;
}

/** The part of a tree whose paths match. */
export function select(tree: Tree, pattern: RegExp): Tree {
  return new Map([...tree].filter(([path]) => pattern.test(path)));
}

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name) || entry.name.endsWith('_cache')) return [];
    if (entry.isDirectory()) return files(path);
    return entry.isFile() && TEXT.has(extname(entry.name)) ? [path] : [];
  });
}

/** Each line that matches, as `path:line: text`. */
export function matchingLines(tree: Tree, pattern: RegExp): string[] {
  return [...tree].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}
