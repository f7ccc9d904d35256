/** Python in this process under the address and the undefined-behaviour sanitizer: calls of every kind, threads that are terminated, processes that end. */
import { spawn } from 'node:child_process';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { buildSanitizedCheckout } from '../support/sanitized-checkout.js';
import { lodging } from './lodgers.js';

const isLong = Boolean(process.env['RINGSNAKE_STRESS']);
/** Threads that are terminated in the middle of what they do. */
const TERMINATED = isLong ? 10_000 : 60;
const TIMEOUT = isLong ? 7_200_000 : 200_000;
t.setTimeout(4 * TIMEOUT);

const checkout = await buildSanitizedCheckout();

interface Run {
  readonly what: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const RUNS: readonly Run[] = [
  {
    what: 'direct calls',
    argv: ['dist/spec/embedding/direct-calls.spec.js'],
    // Counts of objects mean nothing here.
    env: isLong ? {} : { TAP_GREP: '/^(?!objects that cross|values of every size)/' },
  },
  { what: 'the first moments', argv: ['dist/spec/embedding/starting.spec.js'] },
  {
    what: `${TERMINATED} threads that are terminated`,
    argv: ['dist/spec/support/programs/terminated-threads.js', String(TERMINATED)],
  },
  {
    what: 'ends of the process',
    argv: ['dist/spec/embedding/ending.spec.js'],
    env: isLong ? {} : { TAP_GREP: '/^(exit|exit-in-callback|throw): /' },
  },
];

for (const { what, argv, env = {} } of RUNS) {
  t.test(`no sanitizer complains about ${what}`, { timeout: TIMEOUT }, async (t) => {
    if (checkout === undefined) {
      t.pass('the addon is watched', { skip: 'g++ with its sanitizers is not installed' });
      return;
    }
    const { end, output } = await run(argv, env);
    t.equal(end, 0, output.slice(-5000));
    t.notMatch(output, /Sanitizer|runtime error:/);
  });
}

/** Memory that was given back, as a worker's services. */
const DANGLING = `
import { embed } from 'ringsnake';
import { native } from './dist/lib/native.js';
import { LodgerClient } from './dist/spec/support/lodging/lodging.gen.js';
const worker = await embed({ module: process.env.LODGING, python: process.env.LODGING_PYTHON });
const source = \`
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
result = libc.malloc(256)
libc.free(result)
\`;
const address = Number(worker.client(LodgerClient).sync.run(source));
native().directCaller(address, new ArrayBuffer(64), () => {});
`;

t.test('the sanitizer sees the addon look at memory that was freed', async (t) => {
  if (checkout === undefined) {
    t.pass('the addon is watched', { skip: 'g++ with its sanitizers is not installed' });
    return;
  }
  const { end, output } = await run(['--input-type=module', '-e', DANGLING]);
  t.equal(end, 99, output.slice(-5000));
  t.match(output, /heap-use-after-free[\s\S]*direct_caller/);
});

/** Runs Node.js in the copy. */
function run(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ end: number | string | null; output: string }> {
  // What the runner of specs gives to its children would be watched, too.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const places = { LODGING: lodging, LODGING_PYTHON: pythonCommand(), TAP_TIMEOUT: '600' };
  const child = spawn(process.execPath, argv, {
    cwd: checkout?.folder ?? root,
    env: { ...inherited, ...places, ...checkout?.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ end: code ?? signal, output });
    });
  });
}
