import {
  checkField,
  checkFold,
  checkOffset,
  digits,
  type Fold,
  MICROSECONDS_A_DAY,
  offsetText,
} from './calendar.js';

/** What a clock shows. */
export interface ClockFields {
  /** 0 to 23; default 0. */
  readonly hour?: number;
  /** 0 to 59; default 0. */
  readonly minute?: number;
  /** 0 to 59; default 0. */
  readonly second?: number;
  /** 0 to 999,999; default 0. */
  readonly microsecond?: number;
  /** 1 for the second of two times that a clock shows alike; default 0. */
  readonly fold?: number;
}

export interface PlainTimeFields extends ClockFields {
  /** Seconds east of UTC, less than a day; default: none. */
  readonly offset?: number | undefined;
}

/** A time of day, in no zone or with an offset: `datetime.time`. */
export class PlainTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly fold: Fold;
  /** Seconds east of UTC, or undefined. */
  readonly offset: number | undefined;

  /** RangeError for a time that no clock shows. */
  constructor(fields: PlainTimeFields) {
    const { hour = 0, minute = 0, second = 0, microsecond = 0, fold = 0, offset } = fields;
    this.hour = checkField('hour', hour, [0, 23]);
    this.minute = checkField('minute', minute, [0, 59]);
    this.second = checkField('second', second, [0, 59]);
    this.microsecond = checkField('microsecond', microsecond, [0, 999_999]);
    this.fold = checkFold(fold);
    this.offset = offset === undefined ? undefined : checkOffset(offset);
    Object.freeze(this);
  }

  /** RangeError if that is not within a day. */
  static fromMicroseconds(
    microseconds: bigint,
    { fold = 0, offset }: { fold?: number; offset?: number | undefined } = {},
  ): PlainTime {
    if (microseconds < 0n || microseconds >= MICROSECONDS_A_DAY)
      throw new RangeError('a time must be within a day');
    const all = Number(microseconds);
    const seconds = Math.floor(all / 1_000_000);
    const hour = Math.floor(seconds / 3600);
    const minute = Math.floor(seconds / 60) % 60;
    const microsecond = all % 1_000_000;
    return new PlainTime({ hour, minute, second: seconds % 60, microsecond, fold, offset });
  }

  /** Since midnight. */
  get microseconds(): bigint {
    const seconds = (this.hour * 60 + this.minute) * 60 + this.second;
    return BigInt(seconds * 1_000_000 + this.microsecond);
  }

  /** `12:34:56.000001`, `12:34:56.000001+01:00`. */
  toString(): string {
    const clock = [this.hour, this.minute, this.second].map((part) => digits(part, 2)).join(':');
    const offset = this.offset === undefined ? '' : offsetText(this.offset);
    return `${clock}.${digits(this.microsecond, 6)}${offset}`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: PlainTime): boolean {
    const alike = this.fold === other.fold && this.offset === other.offset;
    return alike && this.microseconds === other.microseconds;
  }
}
