/** Very many messages, written and read: neither process grows. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1' || process.env['RINGSNAKE_STRESS'] === '1';
const MESSAGES = isLong ? 2_000_000 : 24_000;
if (isLong) t.setTimeout(3_600_000);

interface Growth {
  readonly messages: number;
  /** Objects of Python's. */
  readonly blocks?: number;
  /** Bytes of V8's, and outside of it. */
  readonly heap?: number;
  /** Of the process. */
  readonly bytes: number;
}

const here = join(root, 'spec', 'values');
const RUNNERS = {
  JavaScript: [
    process.execPath,
    ['--expose-gc', join(root, 'dist', 'spec', 'values', 'growth-runner.js')],
  ],
  Python: [pythonCommand(), [join(here, 'growth_runner.py')]],
} as const;

function growth(language: keyof typeof RUNNERS, ...words: string[]): Growth {
  const [program, argv] = RUNNERS[language];
  const { status, stdout, stderr } = spawnSync(program, [...argv, ...words], {
    encoding: 'utf8',
    env: pythonEnvironment(),
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What caches and lists of free memory keep, however many the messages: some hundred objects in Python. */
const ALWAYS = { blocks: 2_000, heap: 2 ** 19, bytes: 2 ** 25 };

/** One object in a hundred messages is a leak. */
function isGrowing({ messages, blocks = 0, heap = 0, bytes }: Growth): boolean {
  const leaked = messages / 100;
  return (
    blocks > ALWAYS.blocks + leaked || heap > ALWAYS.heap + 32 * leaked || bytes > ALWAYS.bytes
  );
}

for (const language of ['JavaScript', 'Python'] as const) {
  t.test(`${language} does not grow with the messages that it writes and reads`, async (t) => {
    const grown = growth(language, `${MESSAGES}`);
    t.comment(JSON.stringify(grown));
    t.notOk(isGrowing(grown), JSON.stringify(grown));
    const leaking = growth(language, '8000', 'leak');
    t.ok(
      isGrowing(leaking),
      `what keeps one value in forty is found out: ${JSON.stringify(leaking)}`,
    );
  });
}
