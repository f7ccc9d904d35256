/** Moments and the calendar: extensions -1, 11 and 12. */
import { isUtf8 } from 'node:buffer';
import { EncodeError } from '../../errors.js';
import * as mp from '../msgpack.js';
import type { ValueWriter } from '../value-writer.js';
import { PlainDate } from '../values/plain-date.js';
import { PlainDateTime } from '../values/plain-date-time.js';
import { PlainTime } from '../values/plain-time.js';
import { TimeDelta } from '../values/time-delta.js';
import { Timestamp } from '../values/timestamp.js';
import { ZonedDateTime } from '../values/zoned-date-time.js';
import { ifInRange } from './range.js';

const SECONDS_32_BITS = 2 ** 32;
const SECONDS_34_BITS = 2 ** 34;
const NANOSECONDS = 1_000_000_000;
/** Milliseconds that a Date reaches, either way. */
const DATE_LIMIT = 8_640_000_000_000_000;

export function writeDate(writer: ValueWriter, date: Date): void {
  const time = Date.prototype.getTime.call(date);
  if (Number.isNaN(time)) throw new EncodeError('an invalid Date cannot cross');
  const seconds = Math.floor(time / 1000);
  writeMoment(writer, { seconds, nanoseconds: (time - seconds * 1000) * 1_000_000 });
}

export function writeTimestamp(writer: ValueWriter, timestamp: Timestamp): void {
  writeMoment(writer, timestamp);
}

interface Moment {
  readonly seconds: number | bigint;
  readonly nanoseconds: number;
}

function writeMoment(writer: ValueWriter, { seconds, nanoseconds }: Moment): void {
  if (seconds < 0 || seconds >= SECONDS_34_BITS) {
    const at = writer.reserveExtension(mp.EXT_TIMESTAMP, 12);
    writer.view.setUint32(at, nanoseconds);
    writer.view.setBigInt64(at + 4, BigInt(seconds));
    return;
  }
  const count = Number(seconds);
  const isShort = nanoseconds === 0 && count < SECONDS_32_BITS;
  const at = writer.reserveExtension(mp.EXT_TIMESTAMP, isShort ? 4 : 8);
  if (!isShort) {
    writer.view.setUint32(at, nanoseconds * 4 + Math.floor(count / SECONDS_32_BITS));
  }
  writer.view.setUint32(isShort ? at : at + 4, count);
}

/**
 * Milliseconds since 1970, rounded down, of the moment in the `size` bytes at `at`. Undefined where a shorter form would do, a Date does not
 * reach there, or it is none.
 */
export function momentTime(view: DataView, at: number, size: number): number | undefined {
  const high = view.getUint32(at);
  if (size === 4) return high * 1000;
  const isLong = size === 12;
  const nanoseconds = isLong ? high : high >>> 2;
  const seconds = isLong
    ? view.getInt32(at + 4) * SECONDS_32_BITS + view.getUint32(at + 8)
    : (high & 3) * SECONDS_32_BITS + view.getUint32(at + 4);
  const isShortest = isLong ? seconds < 0 || seconds >= SECONDS_34_BITS : high !== 0;
  const time = seconds * 1000 + Math.floor(nanoseconds / 1_000_000);
  if (!isShortest || nanoseconds >= NANOSECONDS || Math.abs(time) > DATE_LIMIT) return undefined;
  return time;
}

/** A Date, or a Timestamp where that would lose something. */
export function decodeTimestamp(body: Uint8Array): Date | Timestamp | undefined {
  const moment = readMoment(viewOf(body));
  if (moment === undefined || moment.nanoseconds >= NANOSECONDS) return undefined;
  const timestamp = new Timestamp(moment.seconds, moment.nanoseconds);
  return timestamp.isDate ? timestamp.toDate() : timestamp;
}

/** Undefined where a shorter form would do. */
function readMoment(view: DataView): Moment | undefined {
  if (view.byteLength === 4) return { seconds: view.getUint32(0), nanoseconds: 0 };
  if (view.byteLength === 8) {
    const high = view.getUint32(0);
    const nanoseconds = Math.floor(high / 4);
    const seconds = (high % 4) * SECONDS_32_BITS + view.getUint32(4);
    return nanoseconds === 0 && high === 0 ? undefined : { seconds, nanoseconds };
  }
  if (view.byteLength !== 12) return undefined;
  const seconds = view.getBigInt64(4);
  if (seconds >= 0 && seconds < SECONDS_34_BITS) return undefined;
  return { seconds, nanoseconds: view.getUint32(0) };
}

const ZONED_FIXED = 13;

export function writeZoned(writer: ValueWriter, value: ZonedDateTime): void {
  const name = Buffer.from(value.zone, 'utf8');
  const at = writer.reserveExtension(mp.EXT_ZONED, ZONED_FIXED + name.length);
  writer.view.setBigInt64(at, value.microseconds, true);
  writer.view.setInt32(at + 8, value.offset, true);
  writer.bytes[at + 12] = value.fold;
  writer.bytes.set(name, at + ZONED_FIXED);
}

export function decodeZoned(body: Uint8Array): ZonedDateTime | undefined {
  if (body.length < ZONED_FIXED) return undefined;
  const name = body.subarray(ZONED_FIXED);
  if (!isUtf8(name)) return undefined;
  const view = viewOf(body);
  return ifInRange(
    () =>
      new ZonedDateTime({
        microseconds: view.getBigInt64(0, true),
        offset: view.getInt32(8, true),
        fold: view.getUint8(12),
        zone: Buffer.from(name).toString('utf8'),
      }),
  );
}

export function writePlainDateTime(writer: ValueWriter, value: PlainDateTime): void {
  const at = plain(writer, mp.PLAIN_DATETIME, 10);
  writer.view.setBigInt64(at, value.microseconds, true);
  writer.bytes[at + 8] = value.fold;
}

export function writePlainDate(writer: ValueWriter, value: PlainDate): void {
  const at = plain(writer, mp.PLAIN_DATE, 5);
  writer.view.setInt32(at, value.days, true);
}

export function writePlainTime(writer: ValueWriter, value: PlainTime): void {
  const at = plain(writer, mp.PLAIN_TIME, value.offset === undefined ? 10 : 14);
  writer.view.setBigInt64(at, value.microseconds, true);
  writer.bytes[at + 8] = value.fold;
  if (value.offset !== undefined) writer.view.setInt32(at + 9, value.offset, true);
}

export function writeTimeDelta(writer: ValueWriter, value: TimeDelta): void {
  const at = plain(writer, mp.PLAIN_TIMEDELTA, 13);
  writer.view.setInt32(at, value.days, true);
  writer.view.setUint32(at + 4, value.seconds, true);
  writer.view.setUint32(at + 8, value.microseconds, true);
}

/** Begins the body of extension 12; returns where it goes on after its first byte. */
function plain(writer: ValueWriter, kind: number, size: number): number {
  const at = writer.reserveExtension(mp.EXT_PLAIN, size);
  writer.bytes[at] = kind;
  return at + 1;
}

export function decodePlain(body: Uint8Array): object | undefined {
  const read = PLAIN_READERS.get(body[0] ?? -1);
  return read === undefined || body.length === 0
    ? undefined
    : ifInRange(() => read(viewOf(body.subarray(1))));
}

/** Each from what follows the first byte; undefined for another length. */
const PLAIN_READERS: ReadonlyMap<number, (view: DataView) => object | undefined> = new Map([
  [mp.PLAIN_DATETIME, readPlainDateTime],
  [mp.PLAIN_DATE, readPlainDate],
  [mp.PLAIN_TIME, readPlainTime],
  [mp.PLAIN_TIMEDELTA, readTimeDelta],
] as [number, (view: DataView) => object | undefined][]);

function readPlainDateTime(view: DataView): PlainDateTime | undefined {
  if (view.byteLength !== 9) return undefined;
  return PlainDateTime.fromMicroseconds(view.getBigInt64(0, true), view.getUint8(8));
}

function readPlainDate(view: DataView): PlainDate | undefined {
  return view.byteLength === 4 ? PlainDate.fromDays(view.getInt32(0, true)) : undefined;
}

function readPlainTime(view: DataView): PlainTime | undefined {
  if (view.byteLength !== 9 && view.byteLength !== 13) return undefined;
  const offset = view.byteLength === 13 ? view.getInt32(9, true) : undefined;
  return PlainTime.fromMicroseconds(view.getBigInt64(0, true), { fold: view.getUint8(8), offset });
}

function readTimeDelta(view: DataView): TimeDelta | undefined {
  if (view.byteLength !== 12) return undefined;
  const days = view.getInt32(0, true);
  const seconds = view.getUint32(4, true);
  return new TimeDelta({ days, seconds, microseconds: view.getUint32(8, true) });
}

function viewOf(body: Uint8Array): DataView {
  return new DataView(body.buffer, body.byteOffset, body.length);
}
