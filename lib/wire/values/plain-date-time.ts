import { checkFold, type Fold, MICROSECONDS_A_DAY, splitMicroseconds } from './calendar.js';
import { PlainDate } from './plain-date.js';
import { type ClockFields, PlainTime } from './plain-time.js';

export interface PlainDateTimeFields extends ClockFields {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
}

/** A day and a time of it, in no zone: a naive `datetime.datetime`. */
export class PlainDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** 1 for the second of two times that a clock shows alike. */
  readonly fold: Fold;

  /** RangeError if there is no such day or time. */
  constructor(fields: PlainDateTimeFields) {
    const date = new PlainDate(fields.year, fields.month, fields.day);
    const time = new PlainTime({ ...fields, offset: undefined });
    this.year = date.year;
    this.month = date.month;
    this.day = date.day;
    this.hour = time.hour;
    this.minute = time.minute;
    this.second = time.second;
    this.microsecond = time.microsecond;
    this.fold = checkFold(fields.fold ?? 0);
    Object.freeze(this);
  }

  /** RangeError outside of year 1 to 9999. */
  static fromMicroseconds(microseconds: bigint, fold = 0): PlainDateTime {
    const { days, rest } = splitMicroseconds(microseconds);
    const { year, month, day } = PlainDate.fromDays(days);
    const { hour, minute, second, microsecond } = PlainTime.fromMicroseconds(rest);
    return new PlainDateTime({ year, month, day, hour, minute, second, microsecond, fold });
  }

  /** Since 1970-01-01T00:00, as the calendar counts them. */
  get microseconds(): bigint {
    return BigInt(this.date.days) * MICROSECONDS_A_DAY + this.time.microseconds;
  }

  get date(): PlainDate {
    return new PlainDate(this.year, this.month, this.day);
  }

  /** With the same fold. */
  get time(): PlainTime {
    return new PlainTime(this);
  }

  /** The moment when clocks show this in UTC, rounded down to a millisecond. */
  toDate(): Date {
    return new Date(this.date.days * 86_400_000 + Number(this.time.microseconds / 1000n));
  }

  /** `2024-02-29T12:34:56.000001`. */
  toString(): string {
    return `${this.date}T${this.time}`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: PlainDateTime): boolean {
    return this.fold === other.fold && this.microseconds === other.microseconds;
  }
}
