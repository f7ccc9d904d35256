import { checkField, digits, SECONDS_A_DAY } from './calendar.js';

const MOST_DAYS = 999_999_999;

/** A length of time: `datetime.timedelta`. Only the days may be negative; what else there is, is added to them. */
export class TimeDelta {
  /** Within ±999,999,999. */
  readonly days: number;
  /** 0 to 86,399. */
  readonly seconds: number;
  /** 0 to 999,999. */
  readonly microseconds: number;

  /** RangeError outside of these ranges. */
  constructor(fields: { days?: number; seconds?: number; microseconds?: number }) {
    const { days = 0, seconds = 0, microseconds = 0 } = fields;
    this.days = checkField('days', days, [-MOST_DAYS, MOST_DAYS]);
    this.seconds = checkField('seconds', seconds, [0, SECONDS_A_DAY - 1]);
    this.microseconds = checkField('microseconds', microseconds, [0, 999_999]);
    Object.freeze(this);
  }

  /** RangeError for more than 999,999,999 days. */
  static fromMicroseconds(microseconds: bigint): TimeDelta {
    const day = BigInt(SECONDS_A_DAY) * 1_000_000n;
    let rest = microseconds % day;
    if (rest < 0n) rest += day;
    return new TimeDelta({
      days: Number((microseconds - rest) / day),
      seconds: Number(rest / 1_000_000n),
      microseconds: Number(rest % 1_000_000n),
    });
  }

  /** All of it. */
  get totalMicroseconds(): bigint {
    const seconds = BigInt(this.days) * BigInt(SECONDS_A_DAY) + BigInt(this.seconds);
    return seconds * 1_000_000n + BigInt(this.microseconds);
  }

  /** All of it, as exactly as a number can say. */
  toMilliseconds(): number {
    return Number(this.totalMicroseconds) / 1000;
  }

  /** As ISO 8601 has it: `PT86400.000001S`, `-PT0.500000S`. */
  toString(): string {
    const total = this.totalMicroseconds;
    const size = total < 0n ? -total : total;
    const fraction = digits(Number(size % 1_000_000n), 6);
    return `${total < 0n ? '-' : ''}PT${size / 1_000_000n}.${fraction}S`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: TimeDelta): boolean {
    return this.totalMicroseconds === other.totalMicroseconds;
  }
}
