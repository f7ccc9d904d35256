import { digits } from './calendar.js';

const MILLISECONDS = 1000n;
const NANOSECONDS_A_MILLISECOND = 1_000_000;
const DATE_LIMIT = 8_640_000_000_000n; // seconds that a Date reaches, either way
const INT64 = 2n ** 63n;

/** A moment, to the nanosecond: what a `Date` is where that would lose nanoseconds, or ends. */
export class Timestamp {
  /** Whole seconds since 1970 in UTC, rounded down; 64 bits. */
  readonly seconds: bigint;
  /** 0 to 999,999,999, added to the seconds. */
  readonly nanoseconds: number;

  /** RangeError for what 64 bits of seconds do not hold, or a whole second of nanoseconds. */
  constructor(seconds: bigint | number, nanoseconds = 0) {
    this.seconds = BigInt(seconds);
    this.nanoseconds = nanoseconds;
    if (this.seconds < -INT64 || this.seconds >= INT64)
      throw new RangeError('seconds must fit 64 bits');
    if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999_999)
      throw new RangeError('nanoseconds must be a whole number below a second');
    Object.freeze(this);
  }

  /** RangeError for an invalid Date. */
  static fromDate(date: Date): Timestamp {
    const time = date.getTime();
    const seconds = Math.floor(time / 1000);
    return new Timestamp(seconds, (time - seconds * 1000) * NANOSECONDS_A_MILLISECOND);
  }

  /** Is a Date this very moment? */
  get isDate(): boolean {
    return this.nanoseconds % NANOSECONDS_A_MILLISECOND === 0 && reachesDate(this);
  }

  /** Rounded down to a millisecond. RangeError if a Date does not reach there. */
  toDate(): Date {
    const milliseconds = Math.floor(this.nanoseconds / NANOSECONDS_A_MILLISECOND);
    const date = new Date(Number(this.seconds * MILLISECONDS) + milliseconds);
    if (Number.isNaN(date.getTime())) throw new RangeError('a Date does not reach there');
    return date;
  }

  /** `2023-11-14T22:13:20.000000001Z`, or `8640000000001.000000000 s since 1970` where a Date ends. */
  toString(): string {
    const fraction = digits(this.nanoseconds, 9);
    if (this.seconds < -DATE_LIMIT || this.seconds >= DATE_LIMIT)
      return `${this.seconds}.${fraction} s since 1970`;
    return `${new Date(Number(this.seconds) * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: Timestamp): boolean {
    return this.seconds === other.seconds && this.nanoseconds === other.nanoseconds;
  }
}

/** Is there a Date of that moment, or of its millisecond? */
export function reachesDate({ seconds, nanoseconds }: Timestamp): boolean {
  const isInside = seconds >= -DATE_LIMIT && seconds < DATE_LIMIT;
  return isInside || (seconds === DATE_LIMIT && nanoseconds < NANOSECONDS_A_MILLISECOND);
}
