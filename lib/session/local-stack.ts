/** Where a call was made, in the stack of the error that came back for it; and stacks without ringsnake's own frames. */
import { fileURLToPath } from 'node:url';

/** An error from the other side, and its stack there. */
interface Failure {
  readonly error: unknown;
  /** Undefined: it did not come from there. */
  readonly traceback?: string;
}

/** Of this code, and of its sources, which frames name where source maps are on. */
const OWN_FOLDERS: readonly string[] = ['..', '../../../lib/'].flatMap((path) => {
  const url = new URL(path, import.meta.url);
  return [url.href, fileURLToPath(url)];
});

/** Frames taken more than asked for, since some are ringsnake's. */
const MARGIN = 20;

/** The stack without frames of ringsnake's own files, unless RINGSNAKE_DEBUG is set. */
export function withoutOwnFrames(stack: string): string {
  if (process.env['RINGSNAKE_DEBUG']) return stack;
  const isOwn = (line: string) =>
    /^ +at /.test(line) && OWN_FOLDERS.some((folder) => line.includes(folder));
  return stack
    .split('\n')
    .filter((line) => !isOwn(line))
    .join('\n');
}

/** Shows both stacks: that of whoever called `below`, then the other side's. */
export function withLocalStack(
  { error, traceback }: Failure,
  below: (...args: never[]) => unknown,
): unknown {
  if (traceback === undefined || !(error instanceof Error)) return error;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = stackTraceLimit + MARGIN;
  Error.captureStackTrace(error, below);
  Error.stackTraceLimit = stackTraceLimit;
  const [local, ...frames] = splitFrames(withoutOwnFrames(error.stack ?? ''));
  const shown = [local, ...frames.slice(0, stackTraceLimit)].join('\n    at ');
  error.stack = traceback === '' ? shown : `${shown}\n\nOn the other side:\n${traceback}`;
  return error;
}

function splitFrames(stack: string): string[] {
  return stack.split('\n    at ');
}

/**
 * A promise that rejects, with the stack of whoever awaits it. V8 finds that by following, from the running reaction, the promises that wait for
 * it; so the error gets its stack in a reaction, and only after the promise that was given out waits for this one: two reactions later.
 */
export function rejection(failure: Failure): Promise<never> {
  return Promise.resolve()
    .then(nothing)
    .then(function reject() {
      throw withLocalStack(failure, reject);
    });
}

function nothing(): void {}
