/**
 * Errors as values on the wire. Normative: spec/wire/frame.md §5. Twin: python/ringsnake/_session/remote_error.py.
 */
import {
  AccessDeniedError,
  CallDepthError,
  CallTimeoutError,
  CancelledError,
  DeadlockError,
  EncodeError,
  RemoteError,
  type RingsnakeError,
  SchemaMismatchError,
  TooManyHandlesError,
  UnknownHandleError,
  UnknownInterfaceError,
  UnknownMethodError,
  ValidationError,
} from '../errors.js';
import { isCode, isTexts } from '../wire/extensions/errors.js';
import { declaredFromWire, messageOf } from './declared-error.js';
import { Description } from './error-description.js';
import { type Exposure, exposed } from './exposure.js';
import type { ErrorDefinition } from './interface.js';
import { beginning, string, type WireError } from './wire-error.js';
import { problemsFromWire, sourceFromWire } from './wire-problems.js';

export type { WireError } from './wire-error.js';

const SHORT_TEXT = 1024;

/** How errors are sent. */
export interface SendOptions {
  /** The errors that the method declares. */
  readonly throws?: readonly ErrorDefinition[] | undefined;
  readonly exposure?: Exposure | undefined;
  /** Whether errors about values show their beginning; default: true. */
  readonly previews?: boolean | undefined;
}

/** What to send for something that was thrown. */
export function errorToWire(thrown: unknown, options: SendOptions = {}): WireError {
  const { throws = [], exposure = 'full', previews = true } = options;
  try {
    return exposed(new Description(throws, { previews }).of(thrown, 0), exposure);
  } catch {
    // An accessor may throw; the caller must hear something.
    const message = '(this error cannot be shown)';
    return exposed({ code: 'RS_REMOTE', type: 'Error', message, traceback: '' }, exposure);
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
      ).explain(sourceFromWire(wire['source']), problemsFromWire(wire['problems']));
    case 'RS_ENCODE':
      return new EncodeError(message, string(wire['path']));
    case 'RS_UNKNOWN_METHOD':
      return new UnknownMethodError(message);
    case 'RS_SCHEMA_MISMATCH':
      return new SchemaMismatchError(message, message.slice(message.indexOf('\n') + 1));
    case 'RS_UNKNOWN_INTERFACE':
      return new UnknownInterfaceError(message);
    case 'RS_UNKNOWN_HANDLE':
      return new UnknownHandleError(message);
    case 'RS_TOO_MANY_HANDLES':
      return new TooManyHandlesError(message);
    case 'RS_ACCESS_DENIED':
      return new AccessDeniedError(message);
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
