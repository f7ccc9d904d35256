/** What is wrong with a value without parts, in the words of those who read and write it. */

import { kindOf } from '../wire/declared/kinds.js';
import { isStreamSource } from '../wire/extensions/streams.js';
import { TreeObject, TreeStream } from '../wire/extensions/tree-references.js';
import { describe, isBytes } from '../wire/validation.js';
import { NdArray } from '../wire/values/nd-array.js';
import { Timestamp } from '../wire/values/timestamp.js';

/** What was expected, and what was there. */
export interface Words {
  readonly expected: string;
  readonly actual: string;
}

/** How the values came: as the user gave them, or as the untyped reader reads them. */
export type Form = 'given' | 'read';

export function unlike(expected: string, value: unknown): Words {
  return { expected, actual: describeTree(value) };
}

function describeTree(value: unknown): string {
  if (value instanceof TreeObject) return 'ObjectReference';
  return value instanceof TreeStream ? 'StreamReference' : describe(value);
}

/** Undefined: nothing. `name` as schemas write the type. */
export function scalarProblem(name: string, value: unknown, form: Form): Words | undefined {
  if (name.startsWith('NDArray')) return arrayProblem(name, value, form);
  const check = CHECKS.get(name);
  if (check !== undefined)
    return check.holds(value, form) ? undefined : unlike(check.expected, value);
  switch (name) {
    case 'unknown':
      return undefined;
    case 'void':
      return form === 'given' || value === null ? undefined : unlike(name, value);
    case 'Date':
      return dateProblem(value, form);
    default:
      return kindOf(value) === name ? undefined : unlike(name, value);
  }
}

interface Check {
  readonly expected: string;
  readonly holds: (value: unknown, form: Form) => boolean;
}

const LARGEST_EXACT = 2n ** 53n;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['string', { expected: 'string', holds: (value) => typeof value === 'string' }],
  ['boolean', { expected: 'boolean', holds: (value) => typeof value === 'boolean' }],
  [
    'number',
    {
      expected: 'number',
      holds: (value, form) =>
        typeof value === 'number' ||
        (form === 'read' && (value === LARGEST_EXACT || value === -LARGEST_EXACT)),
    },
  ],
  ['Int', { expected: 'integer', holds: (value) => Number.isSafeInteger(value) }],
  [
    'bigint',
    {
      expected: 'bigint',
      holds: (value, form) =>
        typeof value === 'bigint' || (form === 'read' && Number.isSafeInteger(value)),
    },
  ],
  ['Uint8Array', { expected: 'bytes', holds: isBytes }],
  ['ArrayBuffer', { expected: 'ArrayBuffer', holds: isMemory('ArrayBuffer') }],
  ['DataView', { expected: 'DataView', holds: isMemory('DataView') }],
  ['RegExp', { expected: 'RegExp', holds: isRegExp }],
]);

/** On the wire they are bytes. */
function isMemory(name: string): Check['holds'] {
  return (value, form) => (form === 'given' ? kindOf(value) === name : isBytes(value));
}

/** On the wire the source and the flags. */
function isRegExp(value: unknown, form: Form): boolean {
  if (form === 'given') return kindOf(value) === 'RegExp';
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
  );
}

function dateProblem(value: unknown, form: Form): Words | undefined {
  if (form === 'read' && value instanceof Timestamp) return undefined;
  if (kindOf(value) !== 'Date') return unlike('Date', value);
  const isInvalid = Number.isNaN(Date.prototype.getTime.call(value));
  return isInvalid ? { expected: 'Date', actual: 'an invalid Date' } : undefined;
}

/** `NDArray<float64, [n, 2]>`. */
function arrayProblem(name: string, value: unknown, form: Form): Words | undefined {
  const [, dtype = '', shape] = /^NDArray<(\w+)(?:, \[(.*)\])?>$/.exec(name) ?? [];
  // What has one dimension travels as a typed array; whoever read it knows which.
  if (form === 'read' && ArrayBuffer.isView(value)) return undefined;
  if (!(value instanceof NdArray) || value.dtype !== dtype)
    return unlike(`NDArray of ${dtype}`, value);
  if (shape === undefined) return undefined;
  const counts = shape === '' ? [] : shape.split(', ');
  const fits =
    counts.length === value.shape.length &&
    counts.every((count, index) => count === 'n' || Number(count) === value.shape[index]);
  return fits ? undefined : { expected: `shape [${shape}]`, actual: `[${value.shape.join(', ')}]` };
}

export function isStream(value: unknown, form: Form): boolean {
  return form === 'given' ? isStreamSource(value) : value instanceof TreeStream;
}

const HOLES: ReadonlyMap<string, string> = new Map([
  ['number', '-?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?'],
  ['bigint', '-?[0-9]+'],
]);

/** Whether a string is of the form that a template type says. What is not understood of it, any text is. */
export function matchesTemplate(text: string, value: string): boolean {
  const parts = text.slice(1, -1).split(/\$\{([^{}]*)\}/);
  const pattern = parts.map((part, index) =>
    index % 2 === 0
      ? unescaped(part).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
      : (HOLES.get(part) ?? '[\\s\\S]*'),
  );
  return new RegExp(`^(?:${pattern.join('')})$`).test(value);
}

/** Of a template as TypeScript writes it. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|([\s\S]))/gi, (_, code?: string, character = '') =>
    code === undefined
      ? (CONTROLS.get(character) ?? character)
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
