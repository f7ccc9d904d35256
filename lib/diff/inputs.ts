/** Where `ringsnake diff` finds what it is told to compare: files, revisions, packages. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { InputProblem } from './problem.js';

/** A file to read. */
export interface Input {
  /** Absolute. */
  readonly path: string;
  /** As the user knows it. */
  readonly shown: string;
  /** Removes what was made for it. */
  dispose(): void;
}

interface Place {
  /** Absolute. */
  readonly cwd: string;
  /** The path of the other input, for a revision that names none. */
  readonly other: string | undefined;
}

/** Throws InputProblem. */
export function openInput(text: string, { cwd, other }: Place): Input {
  if (text.startsWith('git:')) return revision(text, { cwd, other });
  if (text.startsWith('npm:')) return packaged(text, cwd);
  return { path: resolve(cwd, text), shown: text, dispose() {} };
}

/** The path that a plain input names. */
export function pathOf(text: string): string | undefined {
  if (text.startsWith('npm:')) return undefined;
  if (!text.startsWith('git:')) return text;
  const [, , ...path] = text.split(':');
  return path.length === 0 ? undefined : path.join(':');
}

/** `git:REV[:PATH]`. What the file may import is taken along. */
function revision(text: string, { cwd, other }: Place): Input {
  const [, revision = ''] = text.split(':');
  const given = pathOf(text) ?? other;
  if (revision === '' || given === undefined)
    throw new InputProblem(`${text}: say which file, as in git:main:src/api.ts`);
  if (revision.startsWith('-')) throw new InputProblem(`${text}: there is no such revision`);
  const top = git(cwd, ['rev-parse', '--show-toplevel'], text).trim();
  const path = relative(top, resolve(cwd, given));
  const commit = git(
    cwd,
    ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`],
    text,
  ).trim();
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-diff-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    checkOut(top, { commit, folder, text, path });
    linkPackages(top, folder, path);
  } catch (error) {
    dispose();
    throw error;
  }
  return { path: join(folder, path), shown: `${text.split(':', 2).join(':')}:${path}`, dispose };
}

/** Into a folder of its own, by an index of its own: the repository stays as it is. */
function checkOut(
  top: string,
  { commit, folder, text, path }: { commit: string; folder: string; text: string; path: string },
): void {
  const index = join(folder, '.index');
  const run = (args: string[], input?: string): string => git(top, args, text, { index, input });
  run(['read-tree', commit]);
  const wanted = ['*.ts', '*.mts', '*.cts', '*tsconfig*.json', '*package.json', path];
  const files = run(['ls-files', '-z', '--', ...wanted]);
  // A package that was generated is a folder.
  if (!files.split('\0').some((file) => file === path || file.startsWith(`${path}/`)))
    throw new InputProblem(`${text}: there is no ${path} in that revision`);
  run(['checkout-index', '-z', '--stdin', `--prefix=${folder}/`], files);
  rmSync(index, { force: true });
}

/** Types of packages come from those that are installed now. */
function linkPackages(top: string, folder: string, path: string): void {
  for (let at = dirname(path); ; at = dirname(at)) {
    const installed = join(top, at, 'node_modules');
    const link = join(folder, at, 'node_modules');
    if (existsSync(installed) && existsSync(dirname(link)) && !existsSync(link))
      symlinkSync(installed, link);
    if (at === '.') return;
  }
}

function git(
  cwd: string,
  args: readonly string[],
  text: string,
  { index, input }: { index?: string; input?: string | undefined } = {},
): string {
  const env = index === undefined ? process.env : { ...process.env, GIT_INDEX_FILE: index };
  try {
    return execFileSync('git', args, {
      cwd,
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input !== undefined && { input }),
    });
  } catch (error) {
    const { stderr = '', code } = error as { stderr?: string; code?: string };
    const said = stderr.trim().split('\n').at(-1) || 'there is no such revision';
    throw new InputProblem(`${text}: ${code === 'ENOENT' ? 'git is not installed' : said}`);
  }
}

/** `npm:name[/file]`: what is installed. */
function packaged(text: string, cwd: string): Input {
  const [, name = '', file] = /^npm:((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(text) ?? [];
  const folder = name === '' ? undefined : installedIn(cwd, name);
  if (folder === undefined) throw new InputProblem(`${text}: this package is not installed here`);
  const path = file === undefined ? typesOf(folder) : join(folder, file);
  if (path === undefined)
    throw new InputProblem(
      `${text}: it names no types; say which file, as in npm:${name}/api.d.ts`,
    );
  // The generator takes what lies in node_modules for somebody else's: so it is compared outside.
  const copy = mkdtempSync(join(tmpdir(), 'ringsnake-diff-'));
  const own = join(copy, 'package');
  const isOwn = (file: string): boolean => file !== join(folder, 'node_modules');
  cpSync(folder, own, { recursive: true, dereference: true, filter: isOwn });
  symlinkSync(installationOf(folder, name), join(copy, 'node_modules'));
  const dispose = (): void => rmSync(copy, { recursive: true, force: true });
  return { path: join(own, relative(folder, path)), shown: text, dispose };
}

/** The folder `node_modules` that a package lies in. */
function installationOf(folder: string, name: string): string {
  return name.startsWith('@') ? dirname(dirname(folder)) : dirname(folder);
}

function installedIn(cwd: string, name: string): string | undefined {
  for (let at = cwd; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (at === dirname(at)) return undefined;
  }
}

function typesOf(folder: string): string | undefined {
  const { types, typings, exports } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { types?: unknown; typings?: unknown; exports?: unknown };
  const main = (exports as Record<string, unknown> | undefined)?.['.'] ?? exports;
  const found = (main as Record<string, unknown> | undefined)?.['types'] ?? types ?? typings;
  return typeof found === 'string' ? join(folder, found) : undefined;
}
