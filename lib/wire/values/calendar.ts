/** The proleptic Gregorian calendar from year 1 to 9999, counted as Python counts it. */

export const SECONDS_A_DAY = 86_400;
export const MICROSECONDS_A_SECOND = 1_000_000n;
export const MICROSECONDS_A_DAY = 86_400_000_000n;
const MILLISECONDS_A_DAY = 86_400_000;
const FIRST_DAY = -719_162; // 0001-01-01
const LAST_DAY = 2_932_896; // 9999-12-31

export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01. RangeError if there is no such day. */
export function daysOf({ year, month, day }: CalendarDay): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists) throw new RangeError(`there is no day ${year}-${month}-${day}`);
  return checkDays(date.getTime() / MILLISECONDS_A_DAY);
}

/** RangeError outside of year 1 to 9999. */
export function dayOf(days: number): CalendarDay {
  const date = new Date(checkDays(days) * MILLISECONDS_A_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function checkDays(days: number): number {
  if (!Number.isInteger(days) || days < FIRST_DAY || days > LAST_DAY)
    throw new RangeError('a year must be from 1 to 9999');
  return days;
}

/** The day and the microsecond of it at `microseconds` since 1970. RangeError outside of year 1 to 9999. */
export function splitMicroseconds(microseconds: bigint): { days: number; rest: bigint } {
  let rest = microseconds % MICROSECONDS_A_DAY;
  if (rest < 0n) rest += MICROSECONDS_A_DAY;
  return { days: checkDays(Number((microseconds - rest) / MICROSECONDS_A_DAY)), rest };
}

/** RangeError if `value` is no whole number from `least` to `most`. */
export function checkField(name: string, value: number, [least, most]: [number, number]): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  return value;
}

/** Whether a time is the first (0) or the second (1) of two that a clock shows alike. */
export type Fold = 0 | 1;

export function checkFold(fold: number): Fold {
  return checkField('fold', fold, [0, 1]) as Fold;
}

/** Seconds east of UTC: less than a day. */
export function checkOffset(offset: number): number {
  return checkField('offset', offset, [1 - SECONDS_A_DAY, SECONDS_A_DAY - 1]);
}

export function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** `+01:00`, or `+01:02:03` where there are seconds. */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const seconds = size % 60 === 0 ? '' : `:${digits(size % 60, 2)}`;
  const minutes = digits(Math.floor(size / 60) % 60, 2);
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(size / 3600), 2)}:${minutes}${seconds}`;
}
