import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { pythonCommand } from './python.js';
import { root } from './root.js';

/** The Python package with an extension that sanitizers watch: of the full API, so that slots are filled at their offsets. */
export interface SanitizedPackage {
  /** For PYTHONPATH. */
  readonly folder: string;
  /** With which the interpreter has to be started. */
  readonly env: Readonly<Record<string, string>>;
}

interface Recipe {
  readonly name: string;
  readonly compiler: string;
  readonly flags: readonly string[];
}

const WATCHED = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const GCC: Recipe = { name: 'package', compiler: 'g++', flags: WATCHED };

/** Builds it with g++; undefined where that or its sanitizers are missing. */
export async function buildSanitizedPackage(): Promise<SanitizedPackage | undefined> {
  const library = libraryOf('libasan.so');
  if (library === undefined) return undefined;
  const folder = await buildPackage(GCC);
  return { folder, env: { LD_PRELOAD: library, ...WATCHING } };
}

/** For the interpreter: its own leaks are none of ours, and its objects have to lie where the sanitizer sees their ends. */
export const WATCHING = {
  ASAN_OPTIONS: 'detect_leaks=0',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  PYTHONMALLOC: 'malloc',
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
} as const;

/** The package of this checkout, with an extension made by this recipe. Returns the folder for PYTHONPATH. */
export async function buildPackage(recipe: Recipe): Promise<string> {
  const folder = join(root, 'build', 'spec', recipe.name);
  const inside = join(folder, 'ringsnake');
  mkdirSync(inside, { recursive: true });
  for (const name of readdirSync(join(root, 'python', 'ringsnake'))) {
    if (!name.endsWith('.so')) link(join(root, 'python', 'ringsnake', name), join(inside, name));
  }
  const extension = join(inside, '_native.so');
  const sources = [...filesOf('csrc', 'python'), ...filesOf('csrc', 'core')];
  const newest = Math.max(...sources.map(modified));
  if (newest < modified(extension)) return folder;
  const objects = await compile(
    recipe,
    folder,
    newest,
    sources.filter((file) => file.endsWith('.cc')),
  );
  const partial = `${extension}.${process.pid}`;
  const flags = ['-shared', ...recipe.flags, '-o', partial];
  execFileSync(recipe.compiler, [...flags, ...objects], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(partial, extension);
  return folder;
}

/** Nothing is taken away that another spec may be using. */
function link(target: string, path: string): void {
  const partial = `${path}.${process.pid}`;
  symlinkSync(target, partial);
  renameSync(partial, path);
}

/** One after the other on each processor. */
async function compile(
  recipe: Recipe,
  folder: string,
  newest: number,
  sources: readonly string[],
): Promise<string[]> {
  const include = pythonValue('sysconfig.get_path("include")');
  const flags = [
    '-std=c++20',
    '-O1',
    '-g1',
    '-fPIC',
    '-DPY_SSIZE_T_CLEAN',
    `-I${include}`,
    ...recipe.flags,
  ];
  const objectOf = (source: string): string => join(folder, `${basename(source, '.cc')}.o`);
  const left = sources.filter((source) => modified(objectOf(source)) < newest);
  const work = async (): Promise<void> => {
    for (let source = left.pop(); source !== undefined; source = left.pop()) {
      // Under another name until it is whole: two specs may want it at the same time.
      const partial = `${objectOf(source)}.${process.pid}`;
      await finished(recipe.compiler, [...flags, '-c', source, '-o', partial]);
      renameSync(partial, objectOf(source));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return sources.map(objectOf);
}

function finished(program: string, argv: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}

/** What the interpreter of the specs says of itself. */
export function pythonValue(expression: string): string {
  const program = `import sysconfig; print(${expression})`;
  return execFileSync(pythonCommand(), ['-c', program], { encoding: 'utf8' }).trim();
}

function libraryOf(name: string): string | undefined {
  const { status, stdout } = spawnSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' });
  const path = (stdout ?? '').trim();
  return status === 0 && path.startsWith('/') && existsSync(path) ? path : undefined;
}

function filesOf(...folder: readonly string[]): string[] {
  return readdirSync(join(root, ...folder)).map((name) => join(root, ...folder, name));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
