import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { OutputMode, OutputName, OutputTarget } from './output.js';

/** What `spawn()` says of outputs. */
export interface OutputOptions {
  /** Default: 'inherit'. */
  readonly stdout?: OutputMode;
  /** Whatever it is, the last lines are kept for errors. Default: 'inherit'. */
  readonly stderr?: OutputMode;
  /** Told of each line, without its end; of a longer one than 64 Ki characters in pieces. For outputs whose mode is 'lines'. */
  readonly onLine?: (line: string, output: OutputName) => void;
}

const MODES: readonly OutputMode[] = ['inherit', 'pipe', 'lines', 'ignore'];

/** Where the output of a worker goes: of all its processes, one after the other. */
export class WorkerOutput {
  /** Null unless its mode is 'pipe'. */
  readonly stdout: Readable | null;
  /** Null unless its mode is 'pipe'. */
  readonly stderr: Readable | null;
  readonly stdoutTarget: OutputTarget | 'inherit' | 'ignore';
  readonly stderrTarget: OutputTarget;

  /** Throws TypeError. */
  constructor(options: OutputOptions) {
    const stdout = modeOf(options, 'stdout');
    const stderr = modeOf(options, 'stderr');
    this.stdout = stdout === 'pipe' ? new PassThrough() : null;
    this.stderr = stderr === 'pipe' ? new PassThrough() : null;
    this.stdoutTarget =
      stdout === 'inherit' || stdout === 'ignore'
        ? stdout
        : targetOf('stdout', this.stdout, options);
    this.stderrTarget =
      stderr === 'inherit'
        ? { stream: process.stderr }
        : stderr === 'ignore'
          ? undefined
          : targetOf('stderr', this.stderr, options);
  }

  /** No process will write any more. */
  end(): void {
    (this.stdout as PassThrough | null)?.end();
    (this.stderr as PassThrough | null)?.end();
  }
}

function modeOf(options: OutputOptions, output: OutputName): OutputMode {
  const mode = options[output] ?? 'inherit';
  if (!MODES.includes(mode))
    throw new TypeError(`\`${output}\` is one of ${MODES.map((each) => `'${each}'`).join(', ')}`);
  if (mode === 'lines' && typeof options.onLine !== 'function')
    throw new TypeError(`\`${output}: 'lines'\` needs \`onLine\`, a function`);
  return mode;
}

function targetOf(
  output: OutputName,
  stream: Readable | null,
  { onLine }: OutputOptions,
): OutputTarget {
  return stream === null
    ? { onLine: (line) => onLine?.(line, output) }
    : { stream: stream as unknown as Writable };
}
