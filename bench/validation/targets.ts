/** Nanoseconds by who spends them. */
export type Times = Readonly<Record<string, number>>;

/** What one language measured of one payload. */
export interface Row {
  readonly payload: string;
  readonly 'from bytes': Times;
  readonly 'already parsed': Times;
}

export type Language = 'JavaScript' | 'Python';
export type Rows = Readonly<Record<Language, readonly Row[]>>;
export type Question = 'from bytes' | 'already parsed';

/** How many times faster than whom we must be; without a number it stands there to be known. */
export interface Target {
  readonly language: Language;
  readonly question: Question;
  readonly payload: string;
  readonly ours: string;
  readonly theirs: string;
  readonly must?: number;
}

const PAYLOADS = ['record', '1,000 records'];
const OURS = 'ringsnake';

export const targets: readonly Target[] = PAYLOADS.flatMap((payload): Target[] => [
  python(payload, 'pydantic, from JSON', 4),
  python(payload, 'msgspec, JSON to its Struct', 1),
  python(payload, 'msgspec, msgpack to its Struct', 1),
  python(payload, 'msgspec, msgpack rows to its Struct', 1),
  python(payload, 'msgspec, msgpack to dataclasses', 1),
  fromBytes(payload, 'zod', 5),
  fromBytes(payload, 'ajv', 1),
  parsed(payload, 'ringsnake, from bytes', 'zod', 5),
  parsed(payload, 'ringsnake, from bytes', 'ajv'),
  parsed(payload, 'ringsnake, written', 'zod'),
  parsed(payload, 'ringsnake, written', 'ajv'),
]);

function python(payload: string, theirs: string, must: number): Target {
  return { language: 'Python', question: 'from bytes', payload, ours: OURS, theirs, must };
}

function fromBytes(payload: string, theirs: string, must: number): Target {
  return { language: 'JavaScript', question: 'from bytes', payload, ours: OURS, theirs, must };
}

function parsed(payload: string, ours: string, theirs: string, must?: number): Target {
  const target: Target = {
    language: 'JavaScript',
    question: 'already parsed',
    payload,
    ours,
    theirs,
  };
  return must === undefined ? target : { ...target, must };
}

/** How many times faster we were; NaN when one of the two was not measured. */
export function factor(rows: Rows, { language, question, payload, ours, theirs }: Target): number {
  const times = rows[language].find((row) => row.payload === payload)?.[question];
  return (times?.[theirs] ?? Number.NaN) / (times?.[ours] ?? Number.NaN);
}
