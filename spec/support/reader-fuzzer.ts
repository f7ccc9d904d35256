import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOnPath } from '../../lib/doctor/compiler.mjs';
import { pythonCommand } from './python.js';
import { root } from './root.js';
import { buildPackage, pythonValue, WATCHING } from './sanitized-package.js';

/** A program around the Python extension's readers that libFuzzer drives, and where its messages lie. */
export interface ReaderFuzzer {
  readonly program: string;
  readonly corpus: string;
  readonly env: Readonly<Record<string, string>>;
}

const COMPILERS = ['clang++', ...[21, 20, 19, 18, 17, 16, 15, 14].map((n) => `clang++-${n}`)];
const WATCHED = ['-fno-sanitize=vptr', '-fno-sanitize-recover=all'];

/** Builds it; undefined where there is no clang with libFuzzer, or no shared library of the interpreter. */
export async function buildReaderFuzzer(): Promise<ReaderFuzzer | undefined> {
  const compiler = COMPILERS.find((each) => isOnPath(each, process.env) && hasFuzzer(each));
  const library = pythonValue('sysconfig.get_config_var("LDLIBRARY")');
  if (compiler === undefined || !library.endsWith('.so')) return undefined;
  const flags = ['-fsanitize=fuzzer-no-link,address,undefined', ...WATCHED];
  const folder = await buildPackage({ name: 'fuzzed-package', compiler, flags });
  const program = join(folder, 'reader_fuzzer');
  const libraries = pythonValue('sysconfig.get_config_var("LIBDIR")');
  const version = library.replace(/^lib|\.so$/g, '');
  const sanitizers = ['-fsanitize=fuzzer,address,undefined', ...WATCHED];
  // The extension finds in the program what counts its branches.
  const linking = [`-L${libraries}`, `-l${version}`, `-Wl,-rpath,${libraries}`, '-rdynamic'];
  execFileSync(compiler, [
    ...['-std=c++20', '-O1', '-g1', ...sanitizers],
    `-I${pythonValue('sysconfig.get_path("include")')}`,
    join(root, 'spec', 'values', 'reader_fuzzer.cc'),
    ...['-o', program, ...linking],
  ]);
  return { program, corpus: makeCorpus(folder), env: environment(folder) };
}

function environment(folder: string): Record<string, string> {
  const packages = pythonValue('sysconfig.get_path("purelib")');
  const here = join(root, 'spec', 'values');
  return { ...WATCHING, PYTHONPATH: [folder, here, packages].join(':') };
}

/** The seeds of the other fuzzer, for each reader. */
function makeCorpus(folder: string): string {
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus, { recursive: true });
  const program = `
import json, fuzz_readers, fuzz_sequences
seeds = [[(0, 1, 2, 3, 4, 6, 7, 8)[which % 8], data.hex()] for which, data in enumerate(fuzz_readers.seeds())]
seeds += [[5, data.hex()] for data in fuzz_sequences.sequence_seeds()]
print(json.dumps(seeds))`;
  const here = join(root, 'spec', 'values');
  const PYTHONPATH = [join(root, 'python'), here].join(':');
  const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1' };
  const found = execFileSync(pythonCommand(), ['-c', program], { env, encoding: 'utf8' });
  for (const [i, [reader, hex]] of (JSON.parse(found) as [number, string][]).entries())
    writeFileSync(join(corpus, `${i}`), Buffer.from(`0${reader}${hex}`, 'hex'));
  return corpus;
}

function hasFuzzer(compiler: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-'));
  const source =
    'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }';
  const argv = ['-x', 'c++', '-', '-fsanitize=fuzzer,address', '-o', join(folder, 'probe')];
  const { status } = spawnSync(compiler, argv, { input: source });
  rmSync(folder, { recursive: true });
  return status === 0;
}
