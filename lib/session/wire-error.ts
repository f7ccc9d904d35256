/** An error as it crosses, and the bounds of its texts. Normative: spec/wire/frame.md §5. */

/** Characters of a message or traceback that cross; the end of a traceback says most, so its beginning goes. */
const TEXT_LIMIT = 64 * 1024;

export interface WireError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
  readonly path?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly source?: string;
  /** What else is wrong with the value. */
  readonly problems?: readonly WireProblem[];
  readonly cause?: WireError;
  /** Of a group. */
  readonly errors?: readonly WireError[];
  readonly notes?: readonly string[];
  /** The code that user code gave it. */
  readonly remoteCode?: string | number | bigint;
  /** The name under which the interface declares it, */
  readonly declared?: string;
  /** and its fields, an encoded record. */
  readonly fields?: Uint8Array;
  /** Any value. */
  readonly details?: unknown;
}

export type WireProblem = Required<Pick<WireError, 'path' | 'expected' | 'actual'>> &
  Pick<WireError, 'source'>;

/** Empty for what is no text. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function bounded(value: string): string {
  return value.length > TEXT_LIMIT ? `${beginning(value, TEXT_LIMIT)}…` : value;
}

/** No half of a surrogate pair is left at the cut. */
export function beginning(value: string, length: number): string {
  const isSplit = value.length > length && isHigh(value, length - 1) && isLow(value, length);
  return value.slice(0, isSplit ? length - 1 : length);
}

export function end(value: string): string {
  const from = Math.max(0, value.length - TEXT_LIMIT);
  const isSplit = from > 0 && isHigh(value, from - 1) && isLow(value, from);
  return value.slice(isSplit ? from + 1 : from);
}

function isHigh(value: string, at: number): boolean {
  return (value.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLow(value: string, at: number): boolean {
  return (value.charCodeAt(at) & 0xfc00) === 0xdc00;
}
