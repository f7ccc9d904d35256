/** Exhaustive searches of `spec/models` by Spin: model to C, C to a checker, and what the checker found. */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './root.js';

const run = promisify(execFile);

const compiler = process.env['CC'] ?? 'cc';
/** Steps of the longest path; the models' are below 1,000. */
const DEPTH = 50_000;
const MEMORY_MIB = 3_000;
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** One search. */
export interface Search {
  /** The file `spec/models/NAME.pml`. */
  readonly model: string;
  /** Macros: `NAME` or `NAME=value`. */
  readonly flags: readonly string[];
  /** What is looked for: bad states (an assertion, or a state that nothing leaves), or ways to go round for ever. */
  readonly searchFor: 'bad states' | 'cycles';
  /** Without partial-order reduction, which does not go with `unless`. */
  readonly unreduced: boolean;
  /** Whether all states will be visited, so that compiling well pays. */
  readonly exhaustive: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

/** What a search found. */
export interface Verdict {
  readonly finding: 'nothing' | 'assertion' | 'invalid end state' | 'cycle' | 'other error';
  /** The checker's own line about it. */
  readonly detail: string;
  /** Whether every state was visited. */
  readonly complete: boolean;
  readonly states: number;
}

/** What must be installed before a search can run; undefined if it is. */
export function missingForSpin(): string | undefined {
  if (spawnSync('spin', ['-V']).status !== 0) {
    return 'spin is not installed: apt-get install spin';
  }
  return spawnSync(compiler, ['--version']).status === 0
    ? undefined
    : `there is no C compiler "${compiler}": apt-get install gcc`;
}

/** A folder below the temporary one that holds the models, where searches run. Remove it at the end. */
export class SpinFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'ringsnake-models-'));
  readonly #waiting: (() => void)[] = [];
  #free = availableParallelism();
  #count = 0;

  constructor() {
    const models = join(root, 'spec', 'models');
    for (const name of readdirSync(models, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(models, name)).isDirectory()) mkdirSync(join(this.#path, name));
      else if (name.endsWith('.pml')) copyFileSync(join(models, name), join(this.#path, name));
    }
  }

  /** Runs one search; as many run at a time as there are CPUs. */
  async search(search: Search): Promise<Verdict> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await this.#search(search);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  async #search({ model, flags, searchFor, unreduced, exhaustive, timeout }: Search) {
    // Relative paths, since Spin hands them to a shell.
    const cwd = join(this.#path, `search-${this.#count++}`);
    mkdirSync(cwd);
    const options = { cwd, timeout, maxBuffer: OUTPUT_BYTES };
    const macros = flags.map((flag) => `-D${flag}`);
    // -o3: statements are not merged, so that every one of them is a step.
    const preprocessor = `-P${compiler} -E -x c`;
    await run('spin', [preprocessor, '-a', '-o3', ...macros, `../${model}.pml`], options);
    await run(
      compiler,
      [
        exhaustive ? '-O1' : '-O0',
        '-w',
        searchFor === 'cycles' ? '-DNP' : '-DSAFETY',
        ...(unreduced ? ['-DNOREDUCE'] : []),
        '-DCOLLAPSE',
        `-DMEMLIM=${MEMORY_MIB}`,
        ...['-o', 'pan', 'pan.c'],
      ],
      options,
    );
    const argv = [`-m${DEPTH}`, '-w22', ...(searchFor === 'cycles' ? ['-l'] : [])];
    const { stdout } = await run('./pan', argv, options);
    rmSync(cwd, { recursive: true, force: true });
    return readVerdict(stdout);
  }
}

/** Reads what a checker printed. */
export function readVerdict(output: string): Verdict {
  const errors = /errors: (\d+)/.exec(output)?.[1];
  const states = /([\d.e+]+) states, stored/.exec(output)?.[1];
  if (errors === undefined || states === undefined) {
    throw new Error(`the checker did not finish:\n${output}`);
  }
  const detail = /^pan:1: (.*)$/m.exec(output)?.[1] ?? '';
  return {
    finding: errors === '0' ? 'nothing' : findingOf(detail),
    detail,
    complete: !/search depth too small|not completed|out of memory|memory limit/i.test(output),
    states: Number(states),
  };
}

function findingOf(detail: string): Verdict['finding'] {
  if (detail.startsWith('assertion violated')) return 'assertion';
  if (detail.startsWith('invalid end state')) return 'invalid end state';
  if (detail.startsWith('non-progress cycle')) return 'cycle';
  return 'other error';
}
