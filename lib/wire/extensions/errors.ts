/** Errors: extension 10. */
import { RemoteError } from '../../errors.js';
import * as mp from '../constants.gen.js';
import type { AnyWriter } from '../write-any.js';
import type { BodyReader } from './reading.js';

/** Fields of the body, in their order. */
interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly cause: unknown;
  readonly notes: readonly string[] | null;
  readonly errors: readonly unknown[] | null;
  readonly code: string | number | bigint | null;
}

const FIELDS = 7;

type BuiltIn = new (message: string, options?: ErrorOptions) => Error;

const BUILT_IN: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
]);

export function readError(reader: BodyReader, at: number): Error {
  const values: unknown[] = [];
  if (reader.openArray() !== FIELDS) throw reader.malformed(mp.EXT_ERROR, at);
  reader.readItems(values, FIELDS);
  reader.close();
  const fields = fieldsOf(values);
  if (fields === undefined) throw reader.malformed(mp.EXT_ERROR, at);
  return makeError(fields);
}

function fieldsOf(values: readonly unknown[]): ErrorFields | undefined {
  const [name, message, stack, cause, notes, errors, code] = values;
  const isWhole =
    typeof name === 'string' &&
    typeof message === 'string' &&
    (stack === null || typeof stack === 'string') &&
    (notes === null || isTexts(notes)) &&
    (errors === null || isPlainArray(errors)) &&
    (code === null || isCode(code));
  return isWhole ? { name, message, stack, cause, notes, errors, code } : undefined;
}

function isPlainArray(value: unknown): value is unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype;
}

export function isTexts(value: unknown): value is string[] {
  return isPlainArray(value) && value.every((text) => typeof text === 'string');
}

export function isCode(value: unknown): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value);
}

/** Of its own class if that is JavaScript's, else a RemoteError. */
function makeError(fields: ErrorFields): Error {
  const { stackTraceLimit } = Error;
  // A stack of this place would say nothing, and cost more than all the rest.
  Error.stackTraceLimit = 0;
  try {
    const { name, message, cause } = fields;
    const options = cause === undefined ? undefined : { cause };
    if (name === 'AggregateError')
      return dress(new AggregateError(fields.errors ?? [], message, options), fields);
    const type = BUILT_IN.get(name);
    if (type !== undefined) return dress(new type(message, options), fields);
    return new RemoteError({ ...fields, type: name, traceback: fields.stack });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Gives the error what its class has no parameter for, as members that are not enumerated, like its own. */
function dress(error: Error, { stack, notes, errors, code }: ErrorFields): Error {
  const members = { stack: stack ?? undefined, notes, errors, code };
  for (const [key, value] of Object.entries(members)) {
    if (value === null) continue;
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  }
  if (errors === null) Reflect.deleteProperty(error, 'errors');
  return error;
}

export function writeError(out: AnyWriter, error: Error): void {
  const { name, message, stack, cause, notes, errors, code } = describeError(error);
  out.hold(mp.EXT_ERROR, () =>
    out.array(FIELDS, () => {
      out.write(name);
      out.write(message);
      out.write(stack);
      out.at('.cause', cause);
      out.write(notes);
      out.at('.errors', errors);
      out.write(code);
    }),
  );
}

function describeError(error: Error): ErrorFields {
  const { message, cause } = error;
  if (error instanceof RemoteError) {
    const { type: name, remoteMessage, notes, errors, remoteCode: code } = error;
    const stack = error.hasTraceback ? error.traceback : null;
    return { name, message: remoteMessage, stack, cause, notes, errors, code };
  }
  const { stack, notes, errors, code } = error as Error & Record<string, unknown>;
  return {
    name: className(error),
    message: String(message),
    stack: typeof stack === 'string' ? stack : null,
    cause,
    notes: isTexts(notes) ? notes : null,
    errors: Object.hasOwn(error, 'errors') && isPlainArray(errors) ? errors : null,
    code: isCode(code) ? code : null,
  };
}

/** The name that the error gives itself; that of its class, where it only inherits one of JavaScript's. */
export function className(error: Error): string {
  const name = String(error.name);
  const own: unknown = error.constructor?.name;
  const isInherited = BUILT_IN.has(name) || name === 'AggregateError';
  return isInherited && !Object.hasOwn(error, 'name') && typeof own === 'string' && own !== ''
    ? own
    : name;
}
