/** `ringsnake gen`: arguments in, files and an exit code out. */
import { relative, resolve } from 'node:path';
import { type GenArguments, parseArguments } from './arguments.js';
import { type Diagnostic, diagnostic, formatDiagnostic } from './diagnostics.js';
import { generateInterfaces } from './interfaces.js';
import { firstDifference, type OutputState, stateOf, writeOutput } from './outputs.js';

/** Where text goes and what relative paths mean. */
export interface GenIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Absolute. */
  readonly cwd: string;
}

/** What the exit codes of `ringsnake gen` mean. */
export const EXIT = { ok: 0, stale: 1, input: 2, internal: 3 } as const;

const HELP = `Usage: ringsnake gen <file.ts>... --out-ts DIR --out-py DIR [--check]

Generates typed TypeScript and Python from the exported interfaces with methods in each file.
From \`src/user-api.ts\` come \`user-api.gen.ts\` and \`user_api_gen.py\`.

Options:
  --out-ts DIR   where the TypeScript files go
  --out-py DIR   where the Python files go
  --check        write nothing; fail if a file is missing or stale (for CI)
  -h, --help     this text

Files that are already as they should be are not touched.

Types that can cross:
  string  number  boolean  bigint  null  Uint8Array  Float64Array
  Int (whole numbers; import type { Int } from 'ringsnake')
  arrays, records (exported interfaces without methods), optional fields and parameters,
  unions of literals, T | null.  Every method returns a Promise.

Exit codes:
  0  done, or nothing to do
  1  --check found stale files
  2  the input cannot be generated; nothing was written
  3  an error in ringsnake itself
`;

/** `argv` is what follows \`ringsnake gen\`. Resolves to the exit code; never rejects. */
export async function gen(argv: readonly string[], io: GenIo): Promise<number> {
  try {
    const parsed = parseArguments(argv);
    if ('problem' in parsed) {
      io.stderr.write(`ringsnake gen: ${parsed.problem}\n`);
      return EXIT.input;
    }
    if (parsed.arguments.help) {
      io.stdout.write(HELP);
      return EXIT.ok;
    }
    return await run(parsed.arguments, io);
  } catch (error) {
    return failed(error, io);
  }
}

async function run(args: GenArguments, io: GenIo): Promise<number> {
  const { inputs, outTs, outPy } = args;
  const missing = missingArguments(args);
  if (outTs === undefined || outPy === undefined || missing.length > 0) return refuse(missing, io);
  const { outputs, diagnostics } = await generateInterfaces({
    inputs: inputs.map((input) => resolve(io.cwd, input)),
    outTs: resolve(io.cwd, outTs),
    outPy: resolve(io.cwd, outPy),
  });
  if (diagnostics.length > 0) return refuse(diagnostics, io);
  const states = outputs.map(stateOf);
  if (args.check) return report(states, args, io);
  for (const state of states) {
    writeOutput(state);
    const verb = state.freshness === 'fresh' ? 'unchanged' : 'wrote';
    io.stdout.write(`${verb} ${shorten(state.output.path, io)}\n`);
  }
  return EXIT.ok;
}

function missingArguments({ inputs, outTs, outPy }: GenArguments): Diagnostic[] {
  return [
    ...(inputs.length === 0 ? [diagnostic('RSG109')] : []),
    ...(outTs === undefined ? [diagnostic('RSG104', ['--out-ts'])] : []),
    ...(outPy === undefined ? [diagnostic('RSG104', ['--out-py'])] : []),
  ];
}

function refuse(diagnostics: readonly Diagnostic[], io: GenIo): number {
  for (const found of diagnostics) {
    io.stderr.write(formatDiagnostic(found, (file) => shorten(file, io)));
  }
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  io.stderr.write(`${count}; nothing was written\n`);
  return EXIT.input;
}

/** `--check`: what is stale, where it begins to differ, and what mends it. */
function report(states: readonly OutputState[], args: GenArguments, io: GenIo): number {
  const stale = states.filter(({ freshness }) => freshness !== 'fresh');
  if (stale.length === 0) return EXIT.ok;
  for (const state of stale) {
    const path = shorten(state.output.path, io);
    io.stderr.write(`${path} is ${state.freshness}\n`);
    for (const line of firstDifference(state)) io.stderr.write(`  ${line}\n`);
  }
  const inputs = args.inputs.map(shellWord).join(' ');
  const outTs = shellWord(args.outTs ?? '');
  const outPy = shellWord(args.outPy ?? '');
  io.stderr.write(`run: ringsnake gen ${inputs} --out-ts ${outTs} --out-py ${outPy}\n`);
  return EXIT.stale;
}

function failed(error: unknown, io: GenIo): number {
  if (isMissingCompiler(error)) {
    io.stderr.write(
      'ringsnake gen: the generator reads TypeScript with ts-morph, which is not installed\n' +
        '   hint: npm install --save-dev ts-morph@28\n',
    );
    return EXIT.input;
  }
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && typeof path === 'string') {
    io.stderr.write(`ringsnake gen: ${message}\n`);
    return EXIT.input;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`ringsnake gen: an error in ringsnake itself; please report it:\n${text}\n`);
  return EXIT.internal;
}

function isMissingCompiler(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && /ts-morph/.test(message);
}

function shorten(file: string, io: GenIo): string {
  const path = relative(io.cwd, file);
  return path === '' || path.startsWith('../../') ? file : path;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
