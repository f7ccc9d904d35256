/** Errors that the interface declares: they arrive as themselves. Twin: python/ringsnake/_session/declared_error.py. */
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';
import type { ErrorDefinition } from './interface.js';
import type { WireError } from './wire-error.js';

const BUILT_IN: ReadonlySet<string> = new Set([
  'AggregateError',
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]);

/** What crosses of it as a declared error; undefined if it is none. What does not fit the declaration crosses as any other error, and says so. */
export function declaredToWire(
  thrown: Error,
  throws: readonly ErrorDefinition[],
): Pick<WireError, 'declared' | 'fields'> | { readonly problem: string } | undefined {
  const definition = nearest(thrown, throws);
  if (definition === undefined) return undefined;
  const writer = new ValueWriter();
  try {
    definition.writeFields(writer, thrown as never);
  } catch (error) {
    return { problem: `its fields cannot cross: ${messageOf(error)}` };
  }
  return { declared: definition.name, fields: writer.copy() };
}

/** Of the classes that it is an instance of, the first that is declared. */
function nearest(thrown: Error, throws: readonly ErrorDefinition[]): ErrorDefinition | undefined {
  let prototype: unknown = Object.getPrototypeOf(thrown);
  while (prototype !== null) {
    const found = throws.find(({ type }) => type.prototype === prototype);
    if (found !== undefined) return found;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

/** An instance of the author's class, whose constructor is not run. Throws what is wrong with the fields. */
export function declaredFromWire(
  definition: ErrorDefinition,
  fields: unknown,
  { message, cause }: { message: string; cause: unknown },
): Error {
  const data = readFields(definition, fields);
  const error = new Error(message, cause === undefined ? undefined : { cause });
  Object.setPrototypeOf(error, definition.type.prototype);
  if (BUILT_IN.has(error.name)) define(error, 'name', definition.name, { enumerable: false });
  for (const [key, value] of Object.entries(data)) define(error, key, value, { enumerable: true });
  return error;
}

function readFields({ readFields: read }: ErrorDefinition, fields: unknown): object {
  if (!(fields instanceof Uint8Array)) throw new TypeError('they are missing');
  const reader = new ValueReader();
  reader.reset(fields, undefined, 0, fields.byteLength);
  const data = read(reader);
  reader.finish();
  return data;
}

function define(
  error: Error,
  key: string,
  value: unknown,
  { enumerable }: { enumerable: boolean },
): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
