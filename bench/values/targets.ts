import type { Payload } from './payloads.js';

export type Kind = 'encode' | 'decode';
/** One after the other. */
const BOTH = 'encode + decode';
export type Language = 'JavaScript' | 'Python';

/** Nanoseconds by codec. */
export type Times = Readonly<Record<string, number>>;

/** What one language measured of one payload. */
export interface Row {
  readonly payload: Payload['name'];
  readonly encode: Times;
  readonly decode: Times;
}

export type Rows = Readonly<Record<Language, readonly Row[]>>;

/** How many times faster than whom we must be, and want to be. */
export interface Target {
  readonly language: Language;
  readonly payload: string;
  readonly kind: Kind | typeof BOTH;
  readonly ours: string;
  readonly theirs: string;
  readonly must: number;
  readonly aim?: number;
}

const KNOWN = 'ringsnake, known type';
const KNOWN_PAYLOADS = ['record', '1,000 records'];
const SHAPES = 'ringsnake, shapes';
const DOCUMENTS = ['1,000 records', 'API document'];
const GENERIC = [
  '3 integers',
  'record',
  '1,000 records',
  'API document',
  'ASCII, 1 KB',
  'CJK, 1 KB',
  '64 keys',
  '10,000 floats',
];

export const targets: readonly Target[] = [
  ...KNOWN_PAYLOADS.flatMap((payload): Target[] => [
    javascript(payload, 'encode', { ours: KNOWN, theirs: 'msgpackr records', must: 2, aim: 3 }),
    javascript(payload, 'decode', { ours: KNOWN, theirs: 'msgpackr records', must: 1.2, aim: 2 }),
  ]),
  ...DOCUMENTS.flatMap((payload): Target[] => [
    javascript(payload, BOTH, { ours: 'ringsnake', theirs: 'msgpackr', must: 1.3 }),
    javascript(payload, BOTH, { ours: SHAPES, theirs: 'msgpackr', must: 1.3 }),
    javascript(payload, 'decode', { ours: SHAPES, theirs: 'msgpackr', must: 1.3, aim: 2.5 }),
  ]),
  javascript('CJK, 1 KB', 'decode', { ours: 'ringsnake', theirs: 'msgpackr', must: 10 }),
  ...KNOWN_PAYLOADS.flatMap((payload): Target[] => [
    python(payload, 'decode', { ours: KNOWN, theirs: 'msgspec to the dataclass', must: 2 }),
    python(payload, 'decode', { ours: KNOWN, theirs: 'msgspec to its Struct', must: 1.2 }),
  ]),
  ...GENERIC.flatMap((payload): Target[] => [
    python(payload, 'encode', { ours: 'ringsnake', theirs: 'msgspec', must: 1 }),
    python(payload, 'decode', { ours: 'ringsnake', theirs: 'msgspec', must: 1 }),
  ]),
];

type Bounds = Pick<Target, 'ours' | 'theirs' | 'must' | 'aim'>;

function javascript(payload: string, kind: Target['kind'], bounds: Bounds): Target {
  return { language: 'JavaScript', payload, kind, ...bounds };
}

function python(payload: string, kind: Kind, bounds: Bounds): Target {
  return { language: 'Python', payload, kind, ...bounds };
}

/** How many times faster we were; undefined when one of the two was not measured. */
export function factor(
  rows: Rows,
  { language, payload, kind, ours, theirs }: Target,
): number | undefined {
  const row = rows[language].find((each) => each.payload === payload);
  const time = (codec: string): number =>
    kind === BOTH
      ? (row?.encode[codec] ?? Number.NaN) + (row?.decode[codec] ?? Number.NaN)
      : (row?.[kind][codec] ?? Number.NaN);
  const factor = time(theirs) / time(ours);
  return Number.isNaN(factor) ? undefined : factor;
}

/** Four stages, as a call and its answer need them: encode here, decode there, encode there, decode here. */
export interface RoundTrip {
  readonly payload: string;
  readonly theirs: { readonly javascript: string; readonly python: string };
  readonly must: number;
  readonly aim?: number;
}

export const roundTrips: readonly RoundTrip[] = [
  {
    payload: '1,000 records',
    theirs: { javascript: 'msgpackr', python: 'msgspec' },
    must: 2.5,
    aim: 3.5,
  },
  { payload: '1,000 records', theirs: { javascript: 'JSON', python: 'json' }, must: 5 },
];

/** The same for a small call, in nanoseconds and not against others: the codec shall not be what it costs. */
export const SMALL_CALL = { payload: '3 integers', mostNs: 200 };

/** Nanoseconds of all four. */
export function fourStages(rows: Rows, payload: string, codec: RoundTrip['theirs']): number {
  const js = rows.JavaScript.find((row) => row.payload === payload);
  const py = rows.Python.find((row) => row.payload === payload);
  return [
    js?.encode[codec.javascript],
    js?.decode[codec.javascript],
    py?.encode[codec.python],
    py?.decode[codec.python],
  ].reduce<number>((sum, time) => sum + (time ?? Number.NaN), 0);
}
