/** `ringsnake repl`: a prompt with both languages in it. */
import { packageVersion } from '../doctor/package-version.js';
import { RingsnakeError } from '../errors.js';
import { kwargs } from '../proxies/keywords.js';
import { slice } from '../proxies/slice.js';
import type { Worker } from '../worker/worker.js';
import { type ReplArguments, readArguments } from './arguments.js';
import { runPrompt } from './prompt.js';
import { runScript } from './script.js';
import { startPython } from './start-python.js';
import { findTypeStripper, type TypeStripper } from './type-stripper.js';

const HELP = `Usage: ringsnake repl [--python PATH] [--module MODULE] [--embed]

A prompt for JavaScript and TypeScript with Python at hand. What Python gives is awaited by itself and shown as Python shows it;
the Tab key completes its names.

  py               Python without an interface: np = await py.import('numpy'), py.eval('1 + 1'), py.sync, ...
  worker           what runs Python: worker.use(CalculatorClient)
  kwargs, slice    arguments by name, and slices: np.sum(a, kwargs({ axis: 0 }))

  .py              a Python prompt, with the same variables as py.eval() and py.exec(); Ctrl-C interrupts what runs
  .js              back to JavaScript
  .help            all commands
  .exit            leaves, as Ctrl-D does

Lines that come from a pipe are run without a prompt, until one fails.

Options:
  --python PATH    an interpreter, or the folder of a venv; as for spawn(), python3 or the active venv by default
  --module MODULE  a module to import at the start, whose services clients can use
  --embed          Python on a thread of this process, not in one of its own; Ctrl-C then stops only
                   Python code that is awaited
  -h, --help       this text

Types are taken out by Node (22.13 and later), or by the package typescript of the project; without either it is JavaScript only.
RINGSNAKE_REPL_HISTORY is the file of the history, ~/.ringsnake_repl_history by default; empty: none is kept.

Examples:
  ringsnake repl
  ringsnake repl --python .venv --module ./server.py
  echo "(await py.import('math')).pi" | ringsnake repl

Exit codes:
  0  the user has left, or all lines were run
  1  a line failed
  2  Python cannot be started, or the arguments make no sense
`;

/** The streams and variables of the process. */
export type ReplIo = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

/** `argv` is what follows \`ringsnake repl\`. Resolves to the exit code; never rejects. */
export async function repl(argv: readonly string[], io: ReplIo): Promise<number> {
  let args: ReplArguments | undefined;
  try {
    args = readArguments(argv);
  } catch (error) {
    io.stderr.write(`ringsnake repl: ${(error as Error).message}\n`);
    return 2;
  }
  if (args === undefined) {
    io.stdout.write(HELP);
    return 0;
  }
  let worker: Worker;
  try {
    worker = await startPython(args);
  } catch (error) {
    const { message, stack } = error as Error;
    const isTold = error instanceof RingsnakeError;
    io.stderr.write(`ringsnake repl: ${isTold ? message : stack}\n`);
    return 2;
  }
  try {
    return await converse(worker, io);
  } finally {
    await worker.close();
  }
}

async function converse(worker: Worker, { stdin, stdout, stderr, env }: ReplIo): Promise<number> {
  Object.assign(globalThis, { worker, py: worker.py, kwargs, slice });
  const stripper = await findTypeStripper(process.cwd());
  if (!stdin.isTTY) return runScript({ worker, stripper, stdin, stdout, stderr });
  stdout.write(await greeting(worker, stripper));
  await runPrompt({ worker, stripper, environment: env });
  return 0;
}

async function greeting(worker: Worker, stripper: TypeStripper | undefined): Promise<string> {
  const platform = await worker.py.import('platform');
  const version = await platform.python_version();
  const types =
    stripper === undefined
      ? 'JavaScript only: for TypeScript `npm install typescript`, or use Node 22.13 or later'
      : `TypeScript by ${stripper.name}`;
  return (
    `ringsnake ${packageVersion()}: Node ${process.versions.node}, Python ${version}. ${types}.\n` +
    "`py` is Python: np = await py.import('numpy'). `.py` is its own prompt, `.help` says more.\n"
  );
}
