/**
 * Every error ringsnake raises. Match on `code`, not on `instanceof`: two copies of the package may be loaded.
 * Twin: python/ringsnake/_errors.py. What each code means and what to do: spec/wire/errors.md.
 *
 *   RingsnakeError
 *   ├── (values)               a value that cannot cross, or does not fit its declared type
 *   │   ├── ValidationError       RS_VALIDATION
 *   │   ├── EncodeError           RS_ENCODE
 *   │   ├── DecodeError           RS_DECODE
 *   │   └── MessageTooLargeError  RS_MESSAGE_TOO_LARGE
 *   ├── StartError             RS_START            the worker did not come up
 *   │   ├── InterpreterNotFoundError  RS_INTERPRETER_NOT_FOUND
 *   │   ├── ModuleImportError         RS_MODULE_IMPORT
 *   │   ├── StartTimeoutError         RS_START_TIMEOUT
 *   │   ├── EmbedError                RS_EMBED
 *   │   └── NativeBuildError          RS_NATIVE_BUILD
 *   ├── CallError              the call reached the session and failed
 *   │   ├── RemoteError           RS_REMOTE        the other side's code raised
 *   │   ├── UnknownMethodError    RS_UNKNOWN_METHOD
 *   │   ├── UnknownInterfaceError RS_UNKNOWN_INTERFACE
 *   │   ├── SchemaMismatchError   RS_SCHEMA_MISMATCH
 *   │   ├── CancelledError        RS_CANCELLED
 *   │   ├── CallTimeoutError      RS_CALL_TIMEOUT
 *   │   ├── CallDepthError        RS_CALL_DEPTH
 *   │   ├── DeadlockError         RS_DEADLOCK
 *   │   ├── ReleasedError         RS_RELEASED
 *   │   ├── UnknownHandleError    RS_UNKNOWN_HANDLE
 *   │   ├── TooManyHandlesError   RS_TOO_MANY_HANDLES
 *   │   └── AccessDeniedError     RS_ACCESS_DENIED
 *   ├── ClosedError            there is nobody to talk to
 *   │   ├── WorkerExitedError     RS_WORKER_EXITED
 *   │   ├── RestartLimitError     RS_RESTART_LIMIT
 *   │   ├── SessionClosedError    RS_SESSION_CLOSED
 *   │   ├── ChannelClosedError    RS_CHANNEL_CLOSED
 *   │   └── PeerDiedError         RS_PEER_DIED
 *   ├── ProtocolError          RS_PROTOCOL         the peer broke the wire rules
 *   │   ├── HandshakeError        RS_HANDSHAKE
 *   │   ├── UnknownCallError      RS_UNKNOWN_CALL
 *   │   └── UnknownStreamError    RS_UNKNOWN_STREAM
 *   ├── BackpressureError      RS_BACKPRESSURE     more is waiting to be sent than allowed
 *   │   ├── PoolFullError         RS_POOL_FULL
 *   │   └── QueueTimeoutError     RS_QUEUE_TIMEOUT
 *   └── ResourceError          RS_RESOURCE         the system refused memory or a descriptor
 */
export class RingsnakeError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value at a place inside a message. `path` grows outwards while the error unwinds. */
abstract class LocatedError extends RingsnakeError {
  #path: string;
  readonly #problem: string;

  constructor(code: string, problem: string, path: string) {
    super(code, path === '' ? problem : `${path}: ${problem}`);
    this.#problem = problem;
    this.#path = path;
  }

  /** Where: `points[0].x` while unwinding, `centroid(points[0].x)` once the call is known. */
  get path(): string {
    return this.#path;
  }

  /** The message without the path. */
  get problem(): string {
    return this.#problem;
  }

  /** Puts `segment` in front of the path. Called while unwinding, outermost last. */
  prepend(segment: string): this {
    return this.locate(join(segment, this.#path));
  }

  /** Sets the whole path. */
  locate(path: string): this {
    this.#path = path;
    this.compose();
    return this;
  }

  /** Makes the message of what is known by now. */
  protected compose(): void {
    this.message = this.#path === '' ? this.#problem : `${this.#path}: ${this.#problem}`;
  }
}

function join(outer: string, inner: string): string {
  const separated = inner === '' || inner.startsWith('.') || inner.startsWith('[');
  return separated ? outer + inner : `${outer}.${inner}`;
}

/** One thing that is wrong with a value. */
export interface ValidationProblem {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  /** Where the field, the parameter or the method was declared: `api.ts:12`. Undefined: nothing is known of that. */
  readonly source: string | undefined;
}

/** A value does not fit its declared type. */
export class ValidationError extends LocatedError {
  /** The declared type, in the words of the interface. */
  readonly expected: string;
  /** What was there instead: its type and a short preview. */
  readonly actual: string;
  /** Where the field, the parameter or the method was declared: `api.ts:12`. Undefined: nothing is known of that. */
  readonly source: string | undefined;
  #others: readonly ValidationProblem[] = [];

  constructor(expected: string, actual: string, path = '') {
    super('RS_VALIDATION', `expected ${expected}, got ${actual}`, path);
    this.expected = expected;
    this.actual = actual;
    this.source = undefined;
  }

  /** What is wrong with the value, at most five things: first what this error says itself. */
  get problems(): readonly ValidationProblem[] {
    const { path, expected, actual, source } = this;
    return [{ path, expected, actual, source }, ...this.#others];
  }

  override get problem(): string {
    return `expected ${this.expected}, got ${this.actual}`;
  }

  /** Adds where it was declared, and what else is wrong. Paths are whole. */
  explain(source: string | undefined, others: readonly ValidationProblem[]): this {
    (this as { source: string | undefined }).source = source;
    this.#others = others;
    this.compose();
    return this;
  }

  /** Takes the values out of the words. */
  withoutPreviews(): this {
    (this as { actual: string }).actual = kindAlone(this.actual);
    this.#others = this.#others.map((each) => ({ ...each, actual: kindAlone(each.actual) }));
    this.compose();
    return this;
  }

  protected override compose(): void {
    this.message = this.problems.map(problemText).join('\n  ');
  }
}

function problemText({ path, expected, actual, source }: ValidationProblem): string {
  const place = path === '' ? '' : `${path}: `;
  const declared = source === undefined ? '' : ` (declared at ${source})`;
  return `${place}expected ${expected}, got ${actual}${declared}`;
}

/** `string "secret"` → `string`. */
function kindAlone(actual: string): string {
  // Arguments for which there is no form of the method.
  if (actual.startsWith('(')) return '(…)';
  return actual.replace(/^(string|number|bigint|boolean|a key|Timestamp)\b[\s\S]*$/, '$1');
}

/** A value of this kind cannot cross at all. */
export class EncodeError extends LocatedError {
  constructor(problem: string, path = '') {
    super('RS_ENCODE', problem, path);
  }
}

/** The bytes of a message are not a value. */
export class DecodeError extends RingsnakeError {
  constructor(message: string) {
    super('RS_DECODE', message);
  }
}

/** The encoded message is larger than what may be in bulk segments. Nothing was sent. */
export class MessageTooLargeError extends RingsnakeError {
  /** Bytes of the encoded message. */
  readonly size: number;
  /** Bytes that can be sent at most. */
  readonly limit: number;

  constructor(size: number, limit: number) {
    super(
      'RS_MESSAGE_TOO_LARGE',
      `the message takes ${size} bytes, and at most ${limit} can be sent: send it in parts, or raise \`bulkLimit\``,
    );
    this.size = size;
    this.limit = limit;
  }
}

/** The worker did not come up. */
export class StartError extends RingsnakeError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? 'RS_START', message, options);
  }
}

/** There is no interpreter where `python` points. */
export class InterpreterNotFoundError extends StartError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'RS_INTERPRETER_NOT_FOUND' });
  }
}

/** The Python module raised while it was imported. */
export class ModuleImportError extends StartError {
  /** Python class of the exception, such as `ModuleNotFoundError`. */
  readonly type: string;
  readonly traceback: string;

  constructor(message: string, details: { type: string; traceback: string }) {
    super(message, { code: 'RS_MODULE_IMPORT' });
    this.type = details.type;
    this.traceback = details.traceback;
  }
}

/** The worker said nothing in time. */
export class StartTimeoutError extends StartError {
  /** What Python's threads were doing then, the most recent call first; null when it did not say. */
  readonly pythonStack: string | null;

  constructor(message: string, pythonStack: string | null = null) {
    super(message, { code: 'RS_START_TIMEOUT' });
    this.pythonStack = pythonStack;
  }
}

/** That Python cannot run in this process. */
export class EmbedError extends StartError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'RS_EMBED' });
  }
}

/** A native part was not built, or not for this runtime. */
export class NativeBuildError extends StartError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'RS_NATIVE_BUILD' });
  }
}

/** The call reached the session and failed there or on the other side. */
export class CallError extends RingsnakeError {}

/** What a RemoteError is made of. */
export interface RemoteErrorDetails {
  readonly type: string;
  readonly message: string;
  /** Null if the other side had none. */
  readonly traceback: string | null;
  readonly cause?: unknown;
  readonly notes?: readonly string[] | null;
  readonly errors?: readonly unknown[] | null;
  readonly code?: string | number | bigint | null;
  readonly details?: unknown;
}

/** The other side's code raised. */
export class RemoteError extends CallError {
  /** Class of the exception on the other side, such as `ValueError`. */
  readonly type: string;
  /** Its message alone. */
  readonly remoteMessage: string;
  /** The other side's traceback or stack, as text; empty if it had none. */
  readonly traceback: string;
  /** Whether the other side had one. */
  readonly hasTraceback: boolean;
  /** What the other side added to it, or null. */
  readonly notes: readonly string[] | null;
  /** The errors of a group, or null. */
  readonly errors: readonly unknown[] | null;
  /** The code that it had on the other side, or null. */
  readonly remoteCode: string | number | bigint | null;
  /** What it had as its own `details`: any value that crosses. */
  readonly details: unknown;
  /** Of what was raised by an object that no interface declares: a proxy for the exception itself. */
  declare readonly exception?: unknown;

  constructor(details: RemoteErrorDetails) {
    super(
      'RS_REMOTE',
      details.message === '' ? details.type : `${details.type}: ${details.message}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.type = details.type;
    this.remoteMessage = details.message;
    this.traceback = details.traceback ?? '';
    this.hasTraceback = details.traceback !== null;
    this.notes = details.notes ?? null;
    this.errors = details.errors ?? null;
    this.remoteCode = details.code ?? null;
    this.details = details.details;
    if (this.traceback !== '')
      this.stack = `${this.stack}\n\nOn the other side:\n${this.traceback}`;
  }
}

/** The peer serves no such method. */
export class UnknownMethodError extends CallError {
  constructor(message: string) {
    super('RS_UNKNOWN_METHOD', message);
  }
}

/** The peer serves no such interface. */
export class UnknownInterfaceError extends CallError {
  constructor(message: string) {
    super('RS_UNKNOWN_INTERFACE', message);
  }
}

/** Both sides know the interface, but in versions that cannot work together. */
export class SchemaMismatchError extends CallError {
  /** Each place where they differ, and its types: `-` here, `+` there. */
  readonly difference: string;

  constructor(message: string, difference: string) {
    super('RS_SCHEMA_MISMATCH', message);
    this.difference = difference;
  }
}

/** The caller waits no longer, or the handler was told to stop and did. */
export class CancelledError extends CallError {
  constructor(message: string) {
    super('RS_CANCELLED', message);
  }
}

/** The call's time was up before its answer came. */
export class CallTimeoutError extends CallError {
  constructor(message: string) {
    super('RS_CALL_TIMEOUT', message);
  }
}

/** Too many blocking calls inside each other. */
export class CallDepthError extends CallError {
  constructor(message: string) {
    super('RS_CALL_DEPTH', message);
  }
}

/** The answer could come only after the blocking call that waits for it. */
export class DeadlockError extends CallError {
  constructor(message: string) {
    super('RS_DEADLOCK', message);
  }
}

/** An object or function of the peer's was used after it had been given back. */
export class ReleasedError extends CallError {
  constructor(message: string) {
    super('RS_RELEASED', message);
  }
}

/** No object is known by the number that the peer names: it was given back, or never given. */
export class UnknownHandleError extends CallError {
  constructor(message: string) {
    super('RS_UNKNOWN_HANDLE', message);
  }
}

/** The peer holds more objects and functions of this side than it may. */
export class TooManyHandlesError extends CallError {
  constructor(message: string) {
    super('RS_TOO_MANY_HANDLES', message);
  }
}

/** The host does not let its worker use its objects. */
export class AccessDeniedError extends CallError {
  constructor(message: string) {
    super('RS_ACCESS_DENIED', message);
  }
}

/** There is nobody to talk to. */
export class ClosedError extends RingsnakeError {}

/** What `outOfMemory` adds to the news of a SIGKILL. */
const MEMORY_HINTS: ReadonlyMap<boolean | null, string> = new Map([
  [true, ', for want of memory: the kernel has counted one more such kill in its control group'],
  [false, ''],
  [null, ', maybe by the kernel for want of memory'],
]);

/** What a WorkerExitedError is made of. */
export interface ExitDetails {
  readonly what: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly outOfMemory?: boolean | null;
  readonly delivered?: boolean;
  /** Why we ended it, if we did. */
  readonly reason?: string | undefined;
}

/** The worker process ended while it was needed. */
export class WorkerExitedError extends ClosedError {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines the worker wrote to stderr. */
  readonly stderr: string;
  /** Whether the kernel has killed something for want of memory meanwhile; null: it does not say. */
  readonly outOfMemory: boolean | null;
  /**
   * Of a call that was open: false when the worker had not read it, so that it never ran; true when it may have run. A worker that breaks
   * the rules can lie. Null: the error is not of a call.
   */
  readonly delivered: boolean | null;
  readonly #details: ExitDetails;

  constructor(details: ExitDetails) {
    const outOfMemory = details.outOfMemory ?? null;
    const how =
      details.signal !== null
        ? `was killed by ${details.signal}`
        : details.exitCode !== null
          ? `exited with code ${details.exitCode}`
          : 'died';
    const tail = details.stderr === '' ? '' : `\nIts last words on stderr:\n${details.stderr}`;
    const hint = details.signal === 'SIGKILL' ? MEMORY_HINTS.get(outOfMemory) : '';
    const why = details.reason === undefined ? hint : `: ${details.reason}`;
    super('RS_WORKER_EXITED', `${details.what}: the worker ${how}${why}${tail}`);
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stderr = details.stderr;
    this.outOfMemory = outOfMemory;
    this.delivered = details.delivered ?? null;
    this.#details = details;
  }

  /** The same, as one call is told it. */
  ofCall({ delivered }: { delivered: boolean }): WorkerExitedError {
    return new WorkerExitedError({ ...this.#details, delivered });
  }
}

/** The worker died again and again; it is not started any more. */
export class RestartLimitError extends ClosedError {
  constructor(message: string, options?: ErrorOptions) {
    super('RS_RESTART_LIMIT', message, options);
  }
}

/** The session was closed, on either side. */
export class SessionClosedError extends ClosedError {
  constructor(message: string) {
    super('RS_SESSION_CLOSED', message);
  }
}

/** The channel was closed, on either side. */
export class ChannelClosedError extends ClosedError {
  constructor(message: string) {
    super('RS_CHANNEL_CLOSED', message);
  }
}

/** The process or thread at the other end of the channel ended without closing it. */
export class PeerDiedError extends ClosedError {
  constructor(message: string) {
    super('RS_PEER_DIED', message);
  }
}

/** The peer broke the rules of the wire. */
export class ProtocolError extends RingsnakeError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? 'RS_PROTOCOL', message, options);
  }
}

/** The first exchange failed. */
export class HandshakeError extends ProtocolError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'RS_HANDSHAKE' });
  }
}

/** A reply names a call that is not open. */
export class UnknownCallError extends ProtocolError {
  constructor(message: string) {
    super(message, { code: 'RS_UNKNOWN_CALL' });
  }
}

/** A frame names a stream that is not open. */
export class UnknownStreamError extends ProtocolError {
  constructor(message: string) {
    super(message, { code: 'RS_UNKNOWN_STREAM' });
  }
}

/** More is waiting to be sent than allowed. */
export class BackpressureError extends RingsnakeError {
  constructor(message: string, options?: { code?: string }) {
    super(options?.code ?? 'RS_BACKPRESSURE', message);
  }
}

/** All members of a pool are busy, and its queue is full. The call was not sent. */
export class PoolFullError extends BackpressureError {
  constructor(message: string) {
    super(message, { code: 'RS_POOL_FULL' });
  }
}

/** No member of a pool had room for the call in time. The call was not sent. */
export class QueueTimeoutError extends BackpressureError {
  constructor(message: string) {
    super(message, { code: 'RS_QUEUE_TIMEOUT' });
  }
}

/** The system refused memory, a descriptor or a process. */
export class ResourceError extends RingsnakeError {
  constructor(message: string, options?: ErrorOptions) {
    super('RS_RESOURCE', message, options);
  }
}
