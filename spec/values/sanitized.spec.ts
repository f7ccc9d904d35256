/** The Python codec under the address and the undefined-behaviour sanitizer: hostile bytes, failing memory, bytes that change. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { buildReaderFuzzer } from '../support/reader-fuzzer.js';
import { root } from '../support/root.js';
import { buildSanitizedPackage } from '../support/sanitized-package.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const TIMEOUT = isLong ? 3_600_000 : 240_000;
t.setTimeout(2 * TIMEOUT);

const here = join(root, 'spec', 'values');
const built = await buildSanitizedPackage();

/** Whose counts of blocks and of objects mean nothing here is left out. */
const RUNS: readonly (readonly [what: string, argv: readonly string[]])[] = [
  ['mutated messages', ['fuzz_readers.py', isLong ? '300s' : '30000']],
  [
    'declared types',
    [
      'test_declared.py',
      'Reading',
      'Writing',
      'Classes',
      ...(isLong ? ['Memory.test_each_allocation_in_turn_fails'] : []),
    ],
  ],
  ['vectors, changed, and without memory', ['test_hostile.py', 'Changes', 'NoMemory']],
  [
    'messages that change while they are read',
    [
      'test_changing.py',
      ...(isLong
        ? ['Changing']
        : ['Changing.test_latin1', 'Changing.test_short_strings_keys_and_names']),
    ],
  ],
];

for (const [what, [file = '', ...argv]] of RUNS) {
  t.test(`no sanitizer complains about ${what}`, async (t) => {
    if (built === undefined) {
      t.pass('the extension is watched', { skip: 'g++ with its sanitizers is not installed' });
      return;
    }
    const { status, signal, stdout, stderr } = run([join(here, file), ...argv]);
    t.equal(status ?? signal, 0, `${stdout}${stderr}`.slice(-3000));
    t.comment(`${stdout}${stderr}`.trim().split('\n').slice(-3).join(' '));
  });
}

t.test('the sanitizer sees a byte too many', async (t) => {
  if (built === undefined) {
    t.pass('the extension is watched', { skip: 'g++ with its sanitizers is not installed' });
    return;
  }
  // Bytes of which the half is given back: what is read beyond lies in memory that was freed.
  const program = `
import ctypes
from ringsnake.values import decode
memory = ctypes.pythonapi.PyMem_Malloc
memory.restype, memory.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
free = ctypes.pythonapi.PyMem_Free
free.argtypes = [ctypes.c_void_p]
address = memory(64)
view = (ctypes.c_char * 64).from_address(address)
view[:2] = b"\\xa1a"
free(address)
decode(view)
`;
  const { status, stderr } = run(['-c', program]);
  t.not(status, 0);
  t.match(stderr, /heap-use-after-free/);
});

t.test('libFuzzer finds nothing in the readers', async (t) => {
  const fuzzer = isLong ? await buildReaderFuzzer() : undefined;
  if (fuzzer === undefined) {
    const skip = isLong ? 'clang with libFuzzer is not installed' : 'RINGSNAKE_FUZZ=1 runs it';
    t.pass('libFuzzer drives the readers', { skip });
    return;
  }
  const argv = [fuzzer.corpus, '-max_total_time=600', '-max_len=2048', '-detect_leaks=0'];
  const { status, stderr } = spawnSync(fuzzer.program, argv, {
    cwd: dirname(fuzzer.corpus),
    encoding: 'utf8',
    env: { ...process.env, ...fuzzer.env },
    maxBuffer: 2 ** 30,
  });
  // What it says at a good end is a long dictionary, and how many inputs it has tried.
  t.equal(status, 0, status === 0 ? 'nothing is found' : stderr.slice(-3000));
  t.comment(stderr.trim().split('\n').at(-1) ?? '');
});

function run(argv: readonly string[]) {
  return spawnSync(pythonCommand(), argv, {
    encoding: 'utf8',
    env: { ...process.env, ...built?.env, PYTHONPATH: `${built?.folder}:${here}` },
    timeout: TIMEOUT,
    maxBuffer: 2 ** 28,
  });
}
