/** A process ends as it would without Python in it, whatever Python is doing. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { lodging } from './lodgers.js';

/** Milliseconds: Python is given one second to stop, and starts in less than the rest. */
const BOUND = 30_000;

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

const folder = t.testdir({});

function run(end: string, mode = 'main'): Promise<End> {
  const program = join(root, 'dist', 'spec', 'support', 'programs', 'embedded.js');
  const child = spawn(process.execPath, [program, end, mode], {
    env: {
      ...process.env,
      LODGING: lodging,
      LODGING_PYTHON: pythonCommand(),
      LODGING_FOLDER: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), BOUND);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

interface Expected {
  readonly code: number | null;
  readonly signal?: string;
  readonly says?: RegExp;
  /** What modules left for the end is not done. */
  readonly isSilent?: boolean;
}

const ENDS: Readonly<Record<string, Expected>> = {
  natural: { code: 7 },
  exit: { code: 7 },
  'exit-in-handler': { code: 7 },
  'exit-in-callback': { code: 7 },
  // It is given a second, and cannot say anything any more.
  'exit-in-c': { code: 7, isSilent: true },
  throw: { code: 1, says: /Error: uncaught/ },
  'throw-in-callback': { code: 1, says: /Error: in a callback/ },
  reject: { code: 1, says: /Error: rejected/ },
  abort: { code: null, signal: 'SIGABRT' },
  signal: { code: null, signal: 'SIGTERM' },
  crash: { code: null, signal: 'SIGSEGV' },
};

for (const [end, { code, signal = null, says, isSilent = signal !== null }] of Object.entries(
  ENDS,
)) {
  t.test(`${end}: the exit code stays, and nothing hangs or aborts`, async (t) => {
    const ended = await run(end);
    t.equal(ended.code, code, ended.output);
    t.equal(ended.signal, signal, ended.output);
    t.match(ended.output, /ready/);
    if (says) t.match(ended.output, says);
    t.equal(
      /python ends/.test(ended.output),
      !isSilent,
      'what modules left for the end is done where it can be',
    );
  });
}

for (const end of ['natural', 'exit', 'throw', 'terminate']) {
  t.test(
    `${end} in a thread of worker_threads: the process goes on, and ends by itself`,
    async (t) => {
      const ended = await run(end, 'thread');
      t.equal(ended.code, 7, ended.output);
      t.match(ended.output, /ready[\s\S]*thread ended with [017]/);
    },
  );
}
