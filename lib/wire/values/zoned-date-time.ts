import {
  checkFold,
  checkOffset,
  type Fold,
  MICROSECONDS_A_SECOND,
  offsetText,
} from './calendar.js';
import { PlainDateTime } from './plain-date-time.js';

/** What to make a ZonedDateTime of. */
export interface ZonedDateTimeFields {
  /** Since 1970 in UTC. */
  readonly microseconds: bigint;
  /** Seconds east of UTC, less than a day. */
  readonly offset: number;
  /** 1 for the second of two times that a clock shows alike; default 0. */
  readonly fold?: number;
  /** Such as `Europe/Paris`; default: none, an offset alone. */
  readonly zone?: string;
}

/** A moment and what clocks show then in a zone: an aware `datetime.datetime` of a zone other than UTC. */
export class ZonedDateTime {
  /** Since 1970 in UTC. */
  readonly microseconds: bigint;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly fold: Fold;
  /** The name of the zone, or an empty text. */
  readonly zone: string;

  /** RangeError for an offset of a day, and where clocks there would show a year before 1 or after 9999. */
  constructor({ microseconds, offset, fold = 0, zone = '' }: ZonedDateTimeFields) {
    this.microseconds = microseconds;
    this.offset = checkOffset(offset);
    this.fold = checkFold(fold);
    this.zone = zone;
    if (!zone.isWellFormed()) throw new RangeError('a zone has no lone surrogate in its name');
    void this.local;
    Object.freeze(this);
  }

  /** What clocks show there. */
  get local(): PlainDateTime {
    const local = this.microseconds + BigInt(this.offset) * MICROSECONDS_A_SECOND;
    return PlainDateTime.fromMicroseconds(local, this.fold);
  }

  /** Rounded down to a millisecond. */
  toDate(): Date {
    const rest = this.microseconds % 1000n;
    return new Date(Number((this.microseconds - (rest < 0n ? rest + 1000n : rest)) / 1000n));
  }

  /** `2023-11-14T23:13:20.000000+01:00[Europe/Paris]`. */
  toString(): string {
    const zone = this.zone === '' ? '' : `[${this.zone}]`;
    return `${this.local}${offsetText(this.offset)}${zone}`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: ZonedDateTime): boolean {
    const moment = this.microseconds === other.microseconds && this.offset === other.offset;
    return moment && this.fold === other.fold && this.zone === other.zone;
  }
}
