import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/root.js';

/** A value in the notation of spec/vectors/README.md, without its abbreviations. */
export type Meaning =
  | { null: true }
  | { undefined: true }
  | { bool: boolean }
  | { int: string }
  | { bigint: string }
  | { float: string }
  | { str: string }
  | { bytes: string }
  | { timestamp: [seconds: string, nanoseconds: number] }
  | { zoned: [microseconds: string, offset: number, fold: number, zone: string] }
  | { datetime: [text: string, fold: number] }
  | { date: string }
  | { time: [text: string, fold: number, offset?: number] }
  | { timedelta: [days: number, seconds: number, microseconds: number] }
  | { decimal: string }
  | { uuid: string }
  | { url: string }
  | { ndarray: { dtype: string; shape: number[]; order: string; data: string } }
  | { array: Meaning[] }
  | { tuple: Meaning[] }
  | { set: Meaning[] }
  | { frozenset: Meaning[] }
  | { error: Meaning[] }
  | { map: [string, Meaning][] }
  | { pairs: [Meaning, Meaning][] }
  | { named: [name: string, value: Meaning] }
  | { extension: [code: number, body: string] }
  | { definition: Meaning }
  | { reference: number };

/** One vector, its abbreviations written out. */
export interface Vector {
  /** File and name. */
  readonly title: string;
  /** Hexadecimal, without spaces. */
  readonly bytes: string;
  readonly canonical: boolean;
  readonly meaning?: Meaning;
  readonly error?: string;
  /** The only language that it is for. */
  readonly only?: string;
}

type Text = string | (string | { repeat: [string, number] })[];
type List<T> = T[] | { repeat: [T, number] };
// biome-ignore lint/suspicious/noExplicitAny: the abbreviated form is read once, here.
type Abbreviated = any;

/** Every vector under spec/vectors/value. */
export function loadValueVectors(): Vector[] {
  const folder = join(root, 'spec', 'vectors', 'value');
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const rows: Abbreviated[] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return rows.map((row) => expandVector(file, row));
    });
}

/** A row of a file of vectors, its abbreviations written out. */
export function expandVector(file: string, row: Abbreviated): Vector {
  return {
    title: `${file.replace('.json', '')}: ${row.name}`,
    bytes: expandHex(row.bytes),
    canonical: row.canonical !== false,
    ...(row.meaning === undefined ? {} : { meaning: expandMeaning(row.meaning) }),
    ...(row.error === undefined ? {} : { error: row.error }),
    ...(row.only === undefined ? {} : { only: row.only }),
  };
}

type Expand = (content: Abbreviated) => Meaning;

/** For each member that may hold an abbreviation. */
const EXPANSIONS: Readonly<Record<string, Expand>> = {
  int: (content) => ({ int: intText(parseInteger(expandText(content))) }),
  float: (content) => ({ float: floatText(parseFloatText(content)) }),
  str: (content) => ({ str: expandText(content) }),
  bytes: (content) => ({ bytes: expandHex(content) }),
  decimal: (content) => ({ decimal: expandText(content) }),
  ndarray: (content) => ({ ndarray: { ...content, data: expandHex(content.data) } }),
  float64s: (content) => float64Array(expandList<string>(content)),
  array: (content) => ({ array: expandList(content).map(expandMeaning) }),
  tuple: (content) => ({ tuple: content.map(expandMeaning) }),
  set: (content) => ({ set: content.map(expandMeaning) }),
  frozenset: (content) => ({ frozenset: content.map(expandMeaning) }),
  error: (content) => ({ error: content.map(expandMeaning) }),
  map: (content) => ({
    map: content.map(([key, value]: [string, Abbreviated]) => [key, expandMeaning(value)]),
  }),
  pairs: (content) => ({ pairs: content.map((pair: Abbreviated[]) => pair.map(expandMeaning)) }),
  named: ([name, value]) => ({ named: [name, expandMeaning(value)] }),
  extension: ([code, body]) => ({ extension: [code, expandHex(body)] }),
  definition: (content) => ({ definition: expandMeaning(content) }),
  nest: ([depth, inner]) => {
    let meaning = expandMeaning(inner);
    for (let i = 0; i < depth; i++) meaning = { array: [meaning] };
    return meaning;
  },
};

function expandMeaning(short: Abbreviated): Meaning {
  const [kind, content] = Object.entries(short)[0] as [string, Abbreviated];
  return EXPANSIONS[kind]?.(content) ?? short;
}

function float64Array(texts: string[]): Meaning {
  const data = Buffer.from(Float64Array.from(texts, parseFloatText).buffer).toString('hex');
  return { ndarray: { dtype: 'float64', shape: [texts.length], order: 'C', data } };
}

function expandText(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map((p) => (typeof p === 'string' ? p : p.repeat[0].repeat(p.repeat[1]))).join('');
}

function expandHex(text: Text): string {
  return expandText(text).replaceAll(' ', '');
}

function expandList<T>(list: List<T>): T[] {
  return Array.isArray(list) ? list : new Array<T>(list.repeat[1]).fill(list.repeat[0]);
}

/** Decimal up to 64 bits, hexadecimal beyond: the form in which two meanings are compared. */
export function intText(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const digits = magnitude < 2n ** 64n ? `${magnitude}` : `0x${magnitude.toString(16)}`;
  return value < 0n ? `-${digits}` : digits;
}

export function parseInteger(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

export function parseFloatText(text: string): number {
  const special: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };
  return special[text] ?? Number(text);
}
