/**
 * Errors as values on the wire. Normative: spec/wire/frame.md §5. Twin: python/ringsnake/_session/remote_error.py.
 */
import {
  CallDepthError,
  CallTimeoutError,
  CancelledError,
  DeadlockError,
  EncodeError,
  RemoteError,
  RingsnakeError,
  UnknownMethodError,
  ValidationError,
} from '../errors.js';
import { className, isCode, isTexts } from '../wire/extensions/errors.js';
import { declaredFromWire, declaredToWire, messageOf } from './declared-error.js';
import { type Exposure, exposed } from './exposure.js';
import type { ErrorDefinition } from './interface.js';
import { withoutOwnFrames } from './local-stack.js';

/** Errors inside errors deeper than this are left out, */
const DEPTH = 8;
/** and those that would be more than so many in all. */
const COUNT = 64;
/** Characters of a message or traceback that cross; the end of a traceback says most, so its beginning goes. */
const TEXT_LIMIT = 64 * 1024;
const SHORT_TEXT = 1024;

/** An error as it crosses. */
export interface WireError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
  readonly path?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly cause?: WireError;
  /** Of a group. */
  readonly errors?: readonly WireError[];
  readonly notes?: readonly string[];
  /** The code that user code gave it. */
  readonly remoteCode?: string | number | bigint;
  /** The name under which the interface declares it, */
  readonly declared?: string;
  /** and its fields, an encoded record. */
  readonly fields?: Uint8Array;
  /** Any value. */
  readonly details?: unknown;
}

/** How errors are sent. */
export interface SendOptions {
  /** The errors that the method declares. */
  readonly throws?: readonly ErrorDefinition[] | undefined;
  readonly exposure?: Exposure;
}

/** What to send for something that was thrown. */
export function errorToWire(thrown: unknown, options: SendOptions = {}): WireError {
  const { throws = [], exposure = 'full' } = options;
  try {
    return exposed(new Description(throws).of(thrown, 0), exposure);
  } catch {
    // An accessor may throw; the caller must hear something.
    const message = '(this error cannot be shown)';
    return exposed({ code: 'RS_REMOTE', type: 'Error', message, traceback: '' }, exposure);
  }
}

/** One error with those inside it. */
class Description {
  readonly #throws: readonly ErrorDefinition[];
  #left = COUNT;

  constructor(throws: readonly ErrorDefinition[]) {
    this.#throws = throws;
  }

  of(thrown: unknown, depth: number): WireError {
    this.#left--;
    if (!(thrown instanceof Error)) {
      const message = bounded(String(thrown));
      return { code: 'RS_REMOTE', type: typeof thrown, message, traceback: '' };
    }
    const error: WireError = {
      code: thrown instanceof RingsnakeError ? thrown.code : 'RS_REMOTE',
      type: bounded(className(thrown)),
      message: bounded(String(thrown.message)),
      traceback: end(withoutOwnFrames(String(thrown.stack ?? ''))),
    };
    if (thrown instanceof ValidationError) {
      return {
        ...error,
        path: bounded(thrown.path),
        expected: bounded(thrown.expected),
        actual: bounded(thrown.actual),
      };
    }
    if (thrown instanceof EncodeError)
      return { ...error, message: bounded(thrown.problem), path: bounded(thrown.path) };
    return {
      ...error,
      ...this.#declared(thrown, error.message),
      ...remoteCodeOf(thrown),
      ...detailsOf(thrown),
      ...this.#inner(thrown, depth),
    };
  }

  #declared(thrown: Error, message: string): Partial<WireError> {
    const found = declaredToWire(thrown, this.#throws);
    if (found === undefined || !('problem' in found)) return found ?? {};
    return { message: `${message} (${found.problem})` };
  }

  /** The cause, the errors of a group, and the notes, which say what of the group was left out. */
  #inner(thrown: Error, depth: number): Partial<WireError> {
    const { cause, notes, errors } = thrown as Error & Record<string, unknown>;
    const texts = isTexts(notes) ? notes.map(bounded) : [];
    const isInside = depth < DEPTH;
    const wireCause =
      cause === undefined || cause === null || !isInside || this.#left <= 0
        ? undefined
        : this.of(cause, depth + 1);
    if (!Array.isArray(errors)) {
      return {
        ...(wireCause && { cause: wireCause }),
        ...(texts.length > 0 && { notes: texts }),
      };
    }
    const members: WireError[] = [];
    for (const error of isInside ? errors : []) {
      if (this.#left <= 0) break;
      members.push(this.of(error, depth + 1));
    }
    const omitted = errors.length - members.length;
    if (omitted > 0) texts.push(`${omitted} more errors of this group were not sent`);
    return {
      ...(wireCause && { cause: wireCause }),
      errors: members,
      ...(texts.length > 0 && { notes: texts }),
    };
  }
}

function remoteCodeOf(thrown: Error): Partial<WireError> {
  const code: unknown =
    thrown instanceof RemoteError ? thrown.remoteCode : (thrown as { code?: unknown }).code;
  if (typeof code === 'string') return { remoteCode: bounded(code) };
  return isCode(code) ? { remoteCode: code } : {};
}

/** The `details` that an error has of its own. */
function detailsOf(thrown: Error): { details?: unknown } {
  try {
    const { details } = Object.hasOwn(thrown, 'details') ? (thrown as { details?: unknown }) : {};
    return details === undefined ? {} : { details };
  } catch {
    // An accessor may throw; the error itself must cross.
    return {};
  }
}

/** The same error without its details, which cannot cross for that reason; nor may those of the errors inside. */
export function withoutDetails(wire: WireError, why: string): WireError {
  const { details: _, cause, errors, ...error } = wire;
  return {
    ...error,
    message: `${error.message} (its details cannot cross: ${why})`,
    ...(cause !== undefined && { cause: withoutDetails(cause, why) }),
    ...(errors !== undefined && { errors: errors.map((member) => withoutDetails(member, why)) }),
  };
}

/** The same error without its traceback and the errors inside, and with the beginning of its message only. */
export function shortened({ code, type, message }: WireError): WireError {
  return {
    code,
    type: beginning(type, SHORT_TEXT),
    message: `${beginning(message, SHORT_TEXT)} (the rest of this error was too large to send)`,
    traceback: '',
  };
}

/** The other side's stack, in what arrived. */
export function tracebackOf(value: unknown): string {
  return string((value as Partial<WireError> | null | undefined)?.traceback);
}

/**
 * The error to throw for what arrived. Never throws: an ill-formed error is a RemoteError that says so. One of `throws` is an instance of its own
 * class.
 */
export function errorFromWire(value: unknown): RingsnakeError;
export function errorFromWire(
  value: unknown,
  throws: readonly ErrorDefinition[] | undefined,
): Error;
export function errorFromWire(value: unknown, throws: readonly ErrorDefinition[] = []): Error {
  const wire = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const message = string(wire['message']);
  switch (wire['code']) {
    case 'RS_VALIDATION':
      return new ValidationError(
        string(wire['expected']),
        string(wire['actual']),
        string(wire['path']),
      );
    case 'RS_ENCODE':
      return new EncodeError(message, string(wire['path']));
    case 'RS_UNKNOWN_METHOD':
      return new UnknownMethodError(message);
    case 'RS_CANCELLED':
      return new CancelledError(message);
    case 'RS_CALL_TIMEOUT':
      return new CallTimeoutError(message);
    case 'RS_CALL_DEPTH':
      return new CallDepthError(message);
    case 'RS_DEADLOCK':
      return new DeadlockError(message);
    default:
      return userError(wire, throws);
  }
}

/** What user code raised. */
function userError(wire: Record<string, unknown>, throws: readonly ErrorDefinition[]): Error {
  const { cause: wireCause, errors: wireErrors, notes: wireNotes, remoteCode } = wire;
  const cause = wireCause === undefined ? undefined : inner(wireCause, throws);
  const errors = Array.isArray(wireErrors)
    ? wireErrors.map((member: unknown) => inner(member, throws))
    : null;
  const notes = isTexts(wireNotes) ? wireNotes : null;
  const traceback = string(wire['traceback']);
  let message = string(wire['message']);
  const definition = throws.find(({ name }) => name === wire['declared']);
  if (definition !== undefined) {
    try {
      const error = declaredFromWire(definition, wire['fields'], { message, cause });
      return dressed(error, { errors, notes, traceback });
    } catch (problem) {
      message += ` (the fields of ${definition.name} do not fit: ${messageOf(problem)})`;
    }
  }
  return new RemoteError({
    type: string(wire['type']) || 'Error',
    message,
    traceback,
    ...(cause !== undefined && { cause }),
    notes,
    errors,
    code: isCode(remoteCode) ? remoteCode : null,
    details: wire['details'],
  });
}

/** An error inside another: a stack of this place would say nothing. */
function inner(value: unknown, throws: readonly ErrorDefinition[]): Error {
  return withoutStack(() => errorFromWire(value, throws));
}

/** Makes an error without a stack of its own, which somebody else gives it. */
export function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function dressed(
  error: Error,
  { errors, notes, traceback }: { errors: unknown; notes: unknown; traceback: string },
): Error {
  for (const [key, value] of Object.entries({ errors, notes })) {
    if (value !== null) {
      Object.defineProperty(error, key, { value, configurable: true, writable: true });
    }
  }
  if (traceback !== '') error.stack = `${error.stack}\n\nOn the other side:\n${traceback}`;
  return error;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function bounded(value: string): string {
  return value.length > TEXT_LIMIT ? `${beginning(value, TEXT_LIMIT)}…` : value;
}

/** No half of a surrogate pair is left at the cut. */
function beginning(value: string, length: number): string {
  const isSplit = value.length > length && isHigh(value, length - 1) && isLow(value, length);
  return value.slice(0, isSplit ? length - 1 : length);
}

function end(value: string): string {
  const from = Math.max(0, value.length - TEXT_LIMIT);
  const isSplit = from > 0 && isHigh(value, from - 1) && isLow(value, from);
  return value.slice(isSplit ? from + 1 : from);
}

function isHigh(value: string, at: number): boolean {
  return (value.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLow(value: string, at: number): boolean {
  return (value.charCodeAt(at) & 0xfc00) === 0xdc00;
}
