import { type CalendarDay, dayOf, daysOf, digits } from './calendar.js';

/** A day of the calendar, in no zone: `datetime.date`. */
export class PlainDate {
  /** 1 to 9999. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** From 1. */
  readonly day: number;

  /** RangeError if there is no such day. */
  constructor(year: number, month: number, day: number) {
    daysOf({ year, month, day });
    this.year = year;
    this.month = month;
    this.day = day;
    Object.freeze(this);
  }

  /** RangeError outside of year 1 to 9999. */
  static fromDays(days: number): PlainDate {
    const { year, month, day }: CalendarDay = dayOf(days);
    return new PlainDate(year, month, day);
  }

  /** Since 1970-01-01. */
  get days(): number {
    return daysOf(this);
  }

  /** Midnight of the day in UTC. */
  toDate(): Date {
    return new Date(this.days * 86_400_000);
  }

  /** `2024-02-29`. */
  toString(): string {
    return `${digits(this.year, 4)}-${digits(this.month, 2)}-${digits(this.day, 2)}`;
  }

  toJSON(): string {
    return this.toString();
  }

  equals(other: PlainDate): boolean {
    return this.year === other.year && this.month === other.month && this.day === other.day;
  }
}
