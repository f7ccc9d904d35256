/** Every extension, in one table: how its body is read, and what is written as it. */
import { types } from 'node:util';
import * as mp from '../msgpack.js';
import type { ValueWriter } from '../value-writer.js';
import { Decimal } from '../values/decimal.js';
import { Float } from '../values/float.js';
import { FrozenSet } from '../values/frozen-set.js';
import { NdArray } from '../values/nd-array.js';
import { PlainDate } from '../values/plain-date.js';
import { PlainDateTime } from '../values/plain-date-time.js';
import { PlainTime } from '../values/plain-time.js';
import { TimeDelta } from '../values/time-delta.js';
import { Timestamp } from '../values/timestamp.js';
import { Uuid } from '../values/uuid.js';
import { ZonedDateTime } from '../values/zoned-date-time.js';
import type { AnyWriter } from '../write-any.js';
import { readMap, readSet, readTuple, writeMap, writeSet } from './collections.js';
import { readError, writeError } from './errors.js';
import { readDefinition, readReference } from './identity.js';
import { decodeBigInteger } from './integer.js';
import {
  decodePlain,
  decodeTimestamp,
  decodeZoned,
  writeDate,
  writePlainDate,
  writePlainDateTime,
  writePlainTime,
  writeTimeDelta,
  writeTimestamp,
  writeZoned,
} from './moments.js';
import { readNamed } from './named.js';
import { decodeNdarray, writeNdArray } from './ndarray.js';
import type { ContainerReader } from './reading.js';
import { refuseObject, refuseStream } from './references.js';
import {
  decodeDecimal,
  decodeUrl,
  decodeUuid,
  writeDecimal,
  writeUrl,
  writeUuid,
} from './texts.js';
import { TreeObject, TreeStream, writeTreeObject, writeTreeStream } from './tree-references.js';

/** How a body is read. */
export interface Extension {
  /** In errors. */
  readonly name: string;
  /** A body without values: its value, or what is wrong with it as text; undefined if it is malformed. */
  readonly decode?: (body: Uint8Array) => unknown;
  /** A body that holds values. */
  readonly read?: ContainerReader;
}

/** By type. Extensions 0, 1 and 2 are the reader's own: they are the most frequent. */
export const EXTENSIONS: ReadonlyMap<number, Extension> = new Map<number, Extension>([
  [mp.EXT_TIMESTAMP, { name: 'timestamp', decode: decodeTimestamp }],
  [mp.EXT_BIG_INTEGER, { name: 'integer', decode: decodeBigInteger }],
  [mp.EXT_SET, { name: 'set', read: readSet }],
  [mp.EXT_MAP, { name: 'map', read: readMap }],
  [mp.EXT_NDARRAY, { name: 'ndarray', decode: decodeNdarray }],
  // Of use only at the head of an array: see ../shapes/read-shaped.ts.
  [mp.EXT_SHAPE, { name: 'shape', decode: () => undefined }],
  [mp.EXT_SHAPE_REFERENCE, { name: 'shape reference', decode: () => undefined }],
  [mp.EXT_ERROR, { name: 'error', read: readError }],
  [mp.EXT_ZONED, { name: 'zoned datetime', decode: decodeZoned }],
  [mp.EXT_PLAIN, { name: 'plain time', decode: decodePlain }],
  [mp.EXT_DECIMAL, { name: 'decimal', decode: decodeDecimal }],
  [mp.EXT_UUID, { name: 'UUID', decode: decodeUuid }],
  [mp.EXT_DEFINITION, { name: 'definition', read: readDefinition }],
  [mp.EXT_REFERENCE, { name: 'reference', read: readReference }],
  [mp.EXT_BLOCK, { name: 'block', decode: () => undefined }],
  [mp.EXT_NAMED, { name: 'named', read: readNamed }],
  [mp.EXT_URL, { name: 'URL', decode: decodeUrl }],
  [mp.EXT_TUPLE, { name: 'tuple', read: readTuple }],
  [mp.EXT_OBJECT, { name: 'object', decode: refuseObject }],
  [mp.EXT_STREAM, { name: 'stream', decode: refuseStream }],
]);

/** How instances of a class are written. */
export type Writing =
  | { readonly put: (writer: ValueWriter, value: never) => void; readonly hold?: undefined }
  | { readonly hold: (out: AnyWriter, value: never) => void; readonly put?: undefined };

/** By prototype: an object's own class is found in one step. */
const WRITINGS: ReadonlyMap<unknown, Writing> = new Map<unknown, Writing>([
  [Float.prototype, { put: (writer, { value }: Float) => writer.writeFloat64(value) }],
  [Date.prototype, { put: writeDate }],
  [Timestamp.prototype, { put: writeTimestamp }],
  [ZonedDateTime.prototype, { put: writeZoned }],
  [PlainDateTime.prototype, { put: writePlainDateTime }],
  [PlainDate.prototype, { put: writePlainDate }],
  [PlainTime.prototype, { put: writePlainTime }],
  [TimeDelta.prototype, { put: writeTimeDelta }],
  [Decimal.prototype, { put: writeDecimal }],
  [Uuid.prototype, { put: writeUuid }],
  [URL.prototype, { put: writeUrl }],
  [NdArray.prototype, { put: writeNdArray }],
  [Map.prototype, { hold: writeMap }],
  [Set.prototype, { hold: writeSet }],
  [FrozenSet.prototype, { hold: writeSet }],
  [TreeObject.prototype, { put: writeTreeObject }],
  [TreeStream.prototype, { put: writeTreeStream }],
]);

/** What a built-in class of JavaScript is known by where its prototype is another: in a subclass, or in another realm. */
const BRANDS: readonly [(value: object) => boolean, Writing][] = [
  [types.isDate, { put: writeDate }],
  [types.isMap, { hold: writeMap }],
  [types.isSet, { hold: writeSet }],
  [(value) => types.isNativeError(value) || value instanceof Error, { hold: writeError }],
];

/** Undefined for what has no extension. */
export function writingOf(value: object): Writing | undefined {
  return WRITINGS.get(Object.getPrototypeOf(value)) ?? BRANDS.find(([is]) => is(value))?.[1];
}
