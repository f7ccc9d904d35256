/** What is wrong with a value, and where. Twin: python/ringsnake/_wire/validation.py. */
import { types } from 'node:util';
import { EncodeError, ValidationError } from '../errors.js';

/** Characters of a value shown in an error. */
const PREVIEW = 40;

/** The error for a value that is not of its declared type: `expected string, got number 12345`. */
export function mismatch(expected: string, actual: unknown): ValidationError {
  return new ValidationError(expected, describe(actual));
}

/** The error for arguments that fit none of the forms of an overloaded method. */
export function noForm(method: string, args: readonly unknown[]): ValidationError {
  return new ValidationError(`a form of ${method}()`, `(${args.map(describe).join(', ')})`);
}

/**
 * Puts `segment` (`.x`, `[3]`, `points`) in front of the path of an error about a value, and returns the error.
 * Any other error is returned as it is.
 */
export function within(error: unknown, segment: string): unknown {
  if (error instanceof ValidationError || error instanceof EncodeError) {
    if (segment !== '') error.prepend(segment);
  }
  return error;
}

/** How a member of an object is written in a path: `.name`, or `["odd name"]`. */
export function memberSegment(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${quote(key)}]`;
}

/** A Uint8Array, also one of another realm (test runners give each file its own). */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || types.isUint8Array(value);
}

/** A Float64Array, also one of another realm. */
export function isFloat64Array(value: unknown): value is Float64Array {
  return value instanceof Float64Array || types.isFloat64Array(value);
}

/** A value's kind and, where it is short enough to help, the value. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `string ${quote(value)}`;
    case 'number':
      return `number ${Object.is(value, -0) ? '-0' : value}`;
    case 'bigint':
      return `bigint ${digits(value)}`;
    case 'boolean':
      return `boolean ${value}`;
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return typeof value;
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return 'array';
  if (isBytes(value)) return 'bytes';
  try {
    const name: unknown = value.constructor?.name;
    if (typeof name === 'string' && name !== '' && name !== 'Object') return cut(name);
  } catch {
    // A proxy or accessor may throw; the kind alone must do.
  }
  return 'object';
}

function quote(text: string): string {
  const quoted = JSON.stringify(text.slice(0, PREVIEW));
  if (text.length <= PREVIEW && quoted.length <= PREVIEW) return quoted;
  return `${dropHalfPair(quoted.slice(0, PREVIEW - 2))}…"`;
}

/** Decimal conversion is quadratic: a hostile integer of megabytes must not be shown in it. */
function digits(value: bigint): string {
  const small = BigInt.asIntN(128, value) === value;
  return cut(small ? value.toString() : `${value < 0n ? '-' : ''}0x${hexadecimal(value)}`);
}

function hexadecimal(value: bigint): string {
  return (value < 0n ? -value : value).toString(16);
}

function cut(text: string): string {
  return text.length <= PREVIEW ? text : `${dropHalfPair(text.slice(0, PREVIEW - 1))}…`;
}

function dropHalfPair(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}
