/** `ringsnake stubs MODULE...`: declarations for modules of Python, so that editors complete what proxies have. */
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { type Freshness, type OutputState, stateOf, writeOutput } from '../../codegen/outputs.js';
import { readArguments, type StubsArguments } from './arguments.js';
import { askPython } from './ask-python.js';
import { stubFiles } from './file-text.js';
import { StubsProblem } from './problem.js';

const HELP = `Usage: ringsnake stubs MODULE... [--out DIR] [--python PATH] [--recursive] [--check]

Writes TypeScript declarations for modules of Python, one file for each: what \`worker.py.import('numpy')\` and
\`worker.py.sync.import('numpy')\` give has types then, and an editor completes it. The files must be part of the program:
put their folder into \`include\` of tsconfig.json.

The types come from the modules themselves, which are imported for that: from annotations, signatures and docstrings, and from
stubs (.pyi) beside them or in packages of stubs. What says nothing about itself is \`any\`.
Classes of modules that are not listed are \`any\`, too: list all that you want types of.

Options:
  --out DIR        where the files go; types/python by default
  --python PATH    an interpreter, or the folder of a venv; as for spawn(), python3 or the active venv by default
  --recursive      submodules, too
  --typeshed DIR   the types of the standard library; by default those of the npm package pyright, or of mypy, pyright or
                   jedi beside the modules, if any is there
  --check          write nothing; fail if a file is missing or stale (for CI), and show the difference as a patch
  -h, --help       this text

Examples:
  ringsnake stubs numpy
  ringsnake stubs pandas numpy numpy.linalg --python .venv
  ringsnake stubs json pathlib --out src/types --check

Exit codes:
  0  done, or nothing to do
  1  --check found stale files
  2  a module cannot be imported, or there is no interpreter; nothing was written
  3  an error in ringsnake itself
`;

/** Where text goes, what relative paths mean, and which interpreter is the default. */
export interface StubsIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Absolute. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** `argv` is what follows `ringsnake stubs`. Resolves to the exit code; never rejects. */
export async function stubs(argv: readonly string[], io: StubsIo): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args === undefined) {
      io.stdout.write(HELP);
      return 0;
    }
    return await run(args, io);
  } catch (error) {
    if (error instanceof StubsProblem || isRefusal(error)) {
      io.stderr.write(`ringsnake stubs: ${error.message}\n`);
      return 2;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`ringsnake stubs: an error in ringsnake itself; please report it:\n${text}\n`);
    return 3;
  }
}

async function run(args: StubsArguments, io: StubsIo): Promise<number> {
  const typeshed =
    args.typeshed === undefined ? typeshedOfPyright(io.cwd) : resolve(io.cwd, args.typeshed);
  const { modules, recursive, python } = args;
  const question = { modules, recursive, python, typeshed, cwd: io.cwd, printed: io.stderr };
  const report = await askPython(question, io.env);
  const states = stubFiles(report).map(({ name, text }) =>
    stateOf({ path: resolve(io.cwd, args.out, name), text }),
  );
  const shorten = (path: string) => {
    const short = relative(io.cwd, path);
    return short.startsWith('..') ? path : short;
  };
  if (args.check) return check(states, io, shorten);
  for (const state of states) {
    writeOutput(state);
    io.stdout.write(`${VERBS[state.freshness]} ${shorten(state.output.path)}\n`);
  }
  return 0;
}

const VERBS: Readonly<Record<Freshness, string>> = {
  fresh: 'unchanged',
  stale: 'wrote',
  missing: 'wrote',
  obsolete: 'removed',
};

async function check(
  states: readonly OutputState[],
  { stdout, stderr }: StubsIo,
  shorten: (path: string) => string,
): Promise<number> {
  const stale = states.filter(({ freshness }) => freshness !== 'fresh');
  const { unifiedDiff } = await import('../../codegen/cli/unified-diff.js');
  for (const { output, current, freshness } of stale) {
    const path = shorten(output.path);
    stdout.write(unifiedDiff(path, current, output.text));
    stderr.write(`${path} is ${freshness}\n`);
  }
  if (stale.length > 0) stderr.write('run the same command without --check\n');
  return stale.length > 0 ? 1 : 0;
}

/** Of the project's own copy of pyright, which brings it along. */
function typeshedOfPyright(cwd: string): string | undefined {
  try {
    const path = createRequire(join(cwd, 'package.json')).resolve('pyright/package.json');
    return join(dirname(path), 'dist', 'typeshed-fallback');
  } catch {
    return undefined;
  }
}

/** What the system said no to: a path, a permission, a full disk. */
function isRefusal(error: unknown): error is Error {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && typeof syscall === 'string';
}
