/**
 * `npm run generate` and, with `--check`, `npm run generate:check`: everything in this repository that a program writes.
 * The table of what that is stands here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unifiedDiff } from './cli/unified-diff.js';
import { type CommandIo, EXIT, gen } from './cli.js';
import { configSchema, SCHEMA_NAME } from './config/settings.js';
import { emitConstants } from './emit/constants.js';
import { type Output, stateOf, writeOutput } from './outputs.js';

const CONSTANTS = {
  input: 'spec/wire/constants.json',
  cpp: 'csrc/core/wire_constants.gen.h',
  typescript: 'lib/wire/constants.gen.ts',
  python: 'python/ringsnake/_wire/constants_gen.py',
} as const;

/** Each with its outputs beside it. */
const INTERFACES = [
  'bench/peers/bench.ts',
  'bench/peers/mill.ts',
  'bench/peers/people.ts',
  'bench/peers/quay.ts',
  'bench/peers/rally.ts',
  'bench/peers/tide.ts',
  'bench/peers/users.ts',
  'spec/examples/averages/averages.ts',
  'spec/examples/countdown/countdown.ts',
  'spec/examples/digits/digits.ts',
  'spec/examples/drawing/drawing.ts',
  'spec/examples/fitting/fitting.ts',
  'spec/examples/hello/greeter.ts',
  'spec/examples/money/money.ts',
  'spec/node-worker/studio.ts',
  'spec/support/animals/animals.ts',
  'spec/support/bank/bank.ts',
  'spec/support/constructs/constructs.ts',
  'spec/support/crew/crew.ts',
  'spec/support/depot/depot.ts',
  'spec/support/dialogue/dialogue.ts',
  'spec/support/foundry/foundry.ts',
  'spec/support/lobby/lobby.ts',
  'spec/support/lodging/lodging.ts',
  'spec/support/market/market.ts',
  'spec/support/mirror/mirror.ts',
  'spec/support/relay/relay.ts',
  'spec/support/shelf/shelf.ts',
  'spec/support/signatures/signatures.ts',
  'spec/support/ticker/ticker.ts',
  'spec/support/vault/vault.ts',
  'spec/support/workbench/workbench.ts',
] as const;

/** Of this package itself: its halves stand apart. */
const OWN_INTERFACES = [
  { input: 'lib/proxies/objects.ts', ts: 'lib/proxies', py: 'python/ringsnake/_proxies' },
] as const;

/** Resolves to the exit code, with the meanings of `ringsnake gen`. */
export async function generate({ check, io }: { check: boolean; io: CommandIo }): Promise<number> {
  const schema = { path: join(io.cwd, SCHEMA_NAME), text: configSchema() };
  const codes = [writeOrCheck([...constants(io), schema], { check, io })];
  const beside = INTERFACES.map((input) => ({ input, ts: dirname(input), py: dirname(input) }));
  for (const { input, ts, py } of [...OWN_INTERFACES, ...beside]) {
    const flags = check ? ['--check'] : [];
    codes.push(await gen([input, '--out-ts', ts, '--out-py', py, ...flags], io));
  }
  return Math.max(...codes);
}

function constants(io: CommandIo): Output[] {
  const texts = emitConstants(readFileSync(join(io.cwd, CONSTANTS.input), 'utf8'));
  return (['cpp', 'typescript', 'python'] as const).map((language) => ({
    path: join(io.cwd, CONSTANTS[language]),
    text: texts[language],
  }));
}

function writeOrCheck(
  outputs: readonly Output[],
  { check, io }: { check: boolean; io: CommandIo },
): number {
  let code: number = EXIT.ok;
  for (const state of outputs.map(stateOf)) {
    const path = relative(io.cwd, state.output.path);
    if (!check) {
      writeOutput(state);
      io.stdout.write(`${state.freshness === 'fresh' ? 'unchanged' : 'wrote'} ${path}\n`);
    } else if (state.freshness !== 'fresh') {
      io.stderr.write(`${path} is ${state.freshness}\n`);
      io.stdout.write(unifiedDiff(path, state.current, state.output.text));
      io.stderr.write('run: npm run generate\n');
      code = EXIT.stale;
    }
  }
  return code;
}

function repositoryRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : repositoryRoot(dirname(folder));
}

const program = fileURLToPath(import.meta.url);
if (process.argv[1] === program) {
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: repositoryRoot(dirname(program)),
  };
  process.exitCode = await generate({ check: process.argv.includes('--check'), io });
}
