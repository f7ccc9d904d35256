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

/** Causes deeper than this are left out. */
const CAUSE_DEPTH = 8;
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
  /** Any value. */
  readonly details?: unknown;
}

/** What to send for something that was thrown. */
export function errorToWire(thrown: unknown, depth = 0): WireError {
  if (!(thrown instanceof Error)) {
    return { code: 'RS_REMOTE', type: typeof thrown, message: text(String(thrown)), traceback: '' };
  }
  const error: WireError = {
    code: thrown instanceof RingsnakeError ? thrown.code : 'RS_REMOTE',
    type: text(thrown.name),
    message: text(thrown.message),
    traceback: text((thrown.stack ?? '').slice(-TEXT_LIMIT)),
  };
  if (thrown instanceof ValidationError) {
    return {
      ...error,
      path: text(thrown.path),
      expected: text(thrown.expected),
      actual: text(thrown.actual),
    };
  }
  if (thrown instanceof EncodeError)
    return { ...error, message: text(thrown.problem), path: text(thrown.path) };
  const withDetails = { ...error, ...detailsOf(thrown) };
  if (thrown.cause !== undefined && depth < CAUSE_DEPTH) {
    return { ...withDetails, cause: errorToWire(thrown.cause, depth + 1) };
  }
  return withDetails;
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

/** The same error without its details, which cannot cross for that reason; nor may those of its causes. */
export function withoutDetails({ details: _, cause, ...error }: WireError, why: string): WireError {
  return {
    ...error,
    message: `${error.message} (its details cannot cross: ${why})`,
    ...(cause !== undefined && { cause: withoutDetails(cause, why) }),
  };
}

/** The same error without its traceback and causes, and with the beginning of its message only. */
export function shortened({ code, type, message }: WireError): WireError {
  return {
    code,
    type: type.slice(0, SHORT_TEXT),
    message: `${message.slice(0, SHORT_TEXT).toWellFormed()} (the rest of this error was too large to send)`,
    traceback: '',
  };
}

/** The error to throw for what arrived. Never throws: an ill-formed error is a RemoteError that says so. */
export function errorFromWire(value: unknown): RingsnakeError {
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
      return new RemoteError({
        type: string(wire['type']) || 'Error',
        message,
        traceback: string(wire['traceback']),
        ...(wire['cause'] === undefined ? {} : { cause: errorFromWire(wire['cause']) }),
        details: wire['details'],
      });
  }
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Bounded, and free of lone surrogates, which UTF-8 cannot carry. */
function text(value: string): string {
  const bounded = value.length > TEXT_LIMIT ? `${value.slice(0, TEXT_LIMIT)}…` : value;
  return bounded.toWellFormed();
}
