/** What the generator's commands have in common: options, help, and how they end. */
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { OutputState } from '../outputs.js';
import { type Paint, paintFor, plain } from './colors.js';
import { type CommandLine, type OptionTable, readCommandLine } from './command-line.js';
import { type CommandIo, EXIT, type ExitCode } from './io.js';
import { Reporter, type ReportJson, sorted } from './report.js';

export interface Command {
  readonly name: string;
  readonly help: string;
  readonly options: OptionTable;
  /** Of `--format`; text unless it says otherwise. JSON that is printed unasked is laid out for people. */
  readonly defaultFormat?: 'json';
  readonly run: (line: CommandLine, context: Context) => Promise<Outcome>;
}

export interface Context {
  readonly command: string;
  readonly io: CommandIo;
  /** For texts that go to stdout. */
  readonly paint: Paint;
  readonly shorten: (file: string) => string;
  /** Tells of an outcome before the last, which is what `run` resolves to. */
  readonly report: (outcome: Outcome) => unknown;
}

/** What a command did; what `report` makes of it depends on `--format`. */
export interface Outcome {
  readonly code: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  /** For stdout, and for stderr below the diagnostics. */
  readonly text?: string;
  readonly note?: string;
  /** The members of the JSON object that are the command's own. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Generated files, with what was there before. */
  readonly outputs?: readonly OutputState[];
  /** An error in ringsnake itself. */
  readonly error?: Error;
  /** All was told already. */
  readonly silent?: boolean;
}

/** `argv` is what follows the command's name. Resolves to the exit code; never rejects. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  io: CommandIo,
): Promise<number> {
  const { name, options } = command;
  const line = readCommandLine(argv, name, options);
  if (line.options.has('help')) {
    io.stdout.write(command.help);
    return EXIT.ok;
  }
  const indent = command.defaultFormat === 'json' ? 2 : 0;
  const isJson = (line.options.get('format') ?? command.defaultFormat) === 'json';
  const reporter = new Reporter({
    command: name,
    cwd: io.cwd,
    paint: isJson ? plain : paintFor(io, 'stderr'),
  });
  const report = (outcome: Outcome) =>
    isJson
      ? io.stdout.write(`${JSON.stringify(jsonOf(outcome, reporter, io), undefined, indent)}\n`)
      : reportText(outcome, reporter, io);
  const context: Context = {
    command: name,
    io,
    paint: isJson ? plain : paintFor(io, 'stdout'),
    shorten: (file) => reporter.shorten(file),
    report,
  };
  const last = await outcomeOf(() => refused(line) ?? command.run(line, context));
  if (last.silent !== true) report(last);
  return last.code;
}

function refused({ problems }: CommandLine): Promise<Outcome> | undefined {
  if (problems.length === 0) return undefined;
  return Promise.resolve({ code: EXIT.input, diagnostics: problems });
}

/** Whatever it throws is an outcome, too. */
export async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && /ts-morph/.test(message)) {
      return { code: EXIT.input, diagnostics: [diagnostic('RSG114')] };
    }
    // The system refused: a path, a permission, a full disk.
    if (typeof code === 'string' && typeof syscall === 'string') {
      return { code: EXIT.input, diagnostics: [diagnostic('RSG115', [message])] };
    }
    return { code: EXIT.internal, diagnostics: [], error };
  }
}

function reportText(outcome: Outcome, reporter: Reporter, io: CommandIo): void {
  const { diagnostics, text = '', note = '', error } = outcome;
  const fault = error === undefined ? '' : internalError(error, io);
  const found = reporter.texts(sorted(diagnostics));
  if (found !== '') io.stderr.write(found);
  if (text !== '') io.stdout.write(text);
  if (note !== '' || fault !== '') io.stderr.write(`${note}${fault}`);
}

function internalError(error: Error, io: CommandIo): string {
  const debug = io.env?.['RINGSNAKE_DEBUG'];
  const stack = debug ? `${error.stack ?? error.message}\n` : '';
  const advice = debug ? '' : '; RINGSNAKE_DEBUG=1 shows where it happened';
  return (
    `ringsnake: an error in ringsnake itself: ${error.message}\n` +
    `   please report it, with the input that caused it${advice}\n${stack}`
  );
}

function jsonOf(outcome: Outcome, reporter: Reporter, io: CommandIo): ReportJson {
  const { code, diagnostics, data, error } = outcome;
  const stack = io.env?.['RINGSNAKE_DEBUG'] ? error?.stack : undefined;
  return {
    exitCode: code,
    diagnostics: sorted(diagnostics).map((found) => reporter.json(found)),
    ...(error && { error: { message: error.message, ...(stack !== undefined && { stack }) } }),
    ...data,
  };
}
