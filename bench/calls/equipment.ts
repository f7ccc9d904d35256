/** Packages that a party needs, each party in a folder of its own under build/, which git ignores: nobody else sees them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { pythonCommand, root } from '../folder.js';
import type { Party } from './lineup.js';

const MOST_MS = 10 * 60_000;

/** What a party runs with. */
export interface Equipment {
  readonly folder: string;
  readonly python: string;
}

export class EquipmentError extends Error {}

/** Installs what is not there yet. Throws EquipmentError with what went wrong. */
export async function equip(party: Party): Promise<Equipment> {
  const folder = join(root, 'build', 'peers', party.name);
  const { npm = [], pip = [], env = {} } = party;
  const interpreter = pythonCommand();
  const python = pip.length > 0 ? join(folder, 'venv', 'bin', 'python') : interpreter;
  const stamp = join(folder, 'stamp.json');
  const wanted = JSON.stringify([npm, pip, interpreter, process.version]);
  if (npm.length + pip.length === 0 || textOf(stamp) === wanted) return { folder, python };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const log = join(folder, 'install.log');
  const options = { log, cwd: folder, env: { ...ownEnvironment(), ...env } };
  process.stdout.write(`${party.name}: ${[...npm, ...pip].join(' ')} … `);
  try {
    if (npm.length > 0)
      await run(
        'npm',
        ['install', '--no-audit', '--no-fund', '--foreground-scripts', ...npm],
        options,
      );
    if (pip.length > 0) {
      await run(interpreter, ['-m', 'venv', join(folder, 'venv')], options);
      await run(python, ['-m', 'pip', 'install', '--disable-pip-version-check', ...pip], options);
    }
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
  process.stdout.write('installed\n');
  writeFileSync(stamp, wanted);
  return { folder, python };
}

/** Without what an `npm run` above us says of its own folder: a nested npm would install there. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name) && name !== 'INIT_CWD',
  );
  return Object.fromEntries(entries);
}

async function run(
  program: string,
  words: readonly string[],
  { log, cwd, env }: { log: string; cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const output = openSync(log, 'a');
  try {
    const child = spawn(program, words, {
      cwd,
      env,
      stdio: ['ignore', output, output],
      timeout: MOST_MS,
    });
    const [code, signal] = await once(child, 'exit');
    if (code !== 0)
      throw new EquipmentError(
        `${program} ended with ${code ?? signal}: ${lastError(log)} (${relative(root, log)})`,
      );
  } finally {
    closeSync(output);
  }
}

/** The log's last line that speaks of an error, and not of where npm wrote more, else its last. */
function lastError(log: string): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return (
    lines.findLast((line) => /error/i.test(line) && !/_logs/.test(line)) ??
    lines.at(-1) ??
    ''
  ).trim();
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
