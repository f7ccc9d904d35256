/** One step of the preparation: a line for people, a log for when it fails. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const LAST_LINES = 30;

/** The last words of a step that failed; what to show is all in the message. */
export class StepError extends Error {}

/**
 * Shows `title … 21 s` around `work`.
 * @param {string} title
 * @param {() => Promise<void>} work
 */
export async function step(title, work) {
  const started = performance.now();
  process.stdout.write(`${title} … `);
  try {
    await work();
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/**
 * Runs a program with its output in `build/LOG`. Throws StepError with the end of it when the program fails.
 * @param {string} program
 * @param {readonly string[]} argv
 * @param {{ log: string, env?: NodeJS.ProcessEnv }} options
 */
export async function run(program, argv, { log, env = process.env }) {
  const path = join(root, 'build', log);
  mkdirSync(dirname(path), { recursive: true });
  const output = openSync(path, 'w');
  try {
    const child = spawn(program, argv, { cwd: root, env, stdio: ['ignore', output, output] });
    /** @type {number | string} */
    const end = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    if (end === 0) return;
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
    throw new StepError(
      `${lines.join('\n')}\n\n${program} ended with ${end}; all of it is in build/${log}`,
    );
  } finally {
    closeSync(output);
  }
}
