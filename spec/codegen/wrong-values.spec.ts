/**
 * Every field of every construct with every wrong kind of value, through generated clients and servers of both languages: refused where it
 * leaves, and where it arrives, with its exact path and the line of its declaration; nobody is called, and the session goes on.
 */
import { ValidationError } from 'ringsnake';
import { ValueReader, ValueWriter } from 'ringsnake/generated';
import { NdArray } from 'ringsnake/values';
import t, { type Test } from 'tap';
import { resolve, slotType, type Type } from '../../lib/schema/model.js';
import { readSchema } from '../../lib/schema/read-schema.js';
import {
  type ConstructsClient,
  constructsDefinition,
} from '../support/constructs/constructs.gen.js';
import { type Form, type Spot, spotsOf, withWrong } from '../support/constructs/places.js';
import { startConstructs } from '../support/constructs/unchecked.js';

const user = {
  id: 'u1',
  name: 'Ada',
  born: new Date(0),
  home: new URL('https://example.org/'),
  tags: new Set(['x']),
  scores: new Map([['a', 1]]),
  address: { street: 'High', zip: '1' },
};

/** One of each parameter, with all that it can have. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  color: 'red',
  level: 10,
  mixed: 'name',
  warm: 'green',
  userId: 'u',
  cents: 5,
  pixels: '1px',
  route: '/x/a',
  shape: { kind: 'square', side: 1.5, label: 'l' },
  shapes: [
    { kind: 'circle', radius: 2 },
    { kind: 'layer', members: [{ kind: 'circle', radius: 1 }] },
  ],
  maybeShape: { kind: 'circle', radius: 2 },
  contact: { address: 'here', copies: 2 },
  json: { a: [1, null, { b: 'c' }] },
  pair: ['a', 1.5],
  range: [1.5, 2.5],
  line: ['long', ['a', 1.5], ['b', 2.5]],
  triple: [1.5, 'two', true],
  users: { items: [user, user], next: 'n' },
  names: { items: ['a', 'b'], next: 'c' },
  user,
  patch: { name: 'n', born: new Date(1) },
  userName: 'n',
  flags: { read: true, write: false },
  headers: { host: 'h' },
  secret: { secret: 1.5, depth: 2 },
  thing: { name: 'n' },
  things: [{ name: 'n' }, { name: 'm' }],
  date: new Date(2),
  url: new URL('file:///a'),
  regExp: /a/i,
  set: new Set([1.5]),
  frozen: new Set(['a']),
  map: new Map([[1.5, ['a']]]),
  dict: { a: 1.5, 'b c': -2.5 },
  numbered: { 1: 'a', 20: 'b' },
  bytes: new Uint8Array([1]),
  buffer: new ArrayBuffer(1),
  view: new DataView(new ArrayBuffer(1)),
  floats: new Float32Array([1.5]),
  longs: new BigInt64Array([1n]),
  shorts: new Int16Array([1]),
  matrix: new NdArray({ dtype: 'float64', shape: [1, 2], data: new Float64Array([1, 2]) }),
  texts: ['a', 'b'],
  undefinable: 'a',
  gaps: [1.5, undefined, null],
  autoOr: 'auto',
  happening: { kind: 'made', at: new Date(4), by: 'b' },
  happenings: [null, { kind: 'moved', to: [5, 'a'], parts: { a: { kind: 'circle', radius: 2 } } }],
  interval: [5, 6],
  sparse: [4, 'a', 5],
  inline: { x: 1.5, y: [{ z: 'a' }, { z: 'b' }] },
  setAsync: true,
  notify: 'n',
};

/** By name: what it is in JavaScript. Python's are in wrong.py. */
const KINDS: Readonly<Record<string, unknown>> = {
  null: null,
  undefined: undefined,
  string: 'wrong',
  number: 1.25,
  integer: 77,
  bigint: 2n ** 70n,
  boolean: true,
  array: [],
  object: {},
  Date: new Date(3),
  URL: new URL('http://x.org'),
  RegExp: /x/,
  bytes: new Uint8Array(1),
  Float64Array: new Float64Array(1),
  Set: new Set([1]),
  Map: new Map([[1, 2]]),
  function: () => 1,
  symbol: Symbol('wrong'),
};
const PYTHON_KINDS = [
  ...['null', 'undefined', 'string', 'number', 'integer', 'bigint', 'boolean', 'array', 'Date'],
  ...['RegExp', 'bytes', 'Set', 'function', 'class', 'complex'],
];
/** What an untyped value cannot be. */
const UNSENT = ['function', 'symbol', 'RegExp'];
const SENT_KINDS = Object.keys(KINDS).filter((kind) => !UNSENT.includes(kind));

const schema = readSchema(constructsDefinition.schema);
const constructs = schema.definitions.get('Constructs');
if (constructs?.kind !== 'interface') throw new Error('the schema has no Constructs');

/** What fits besides what the name of the type says. */
const FITS: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  number: ['number', 'integer'],
  Int: ['integer'],
  boolean: ['boolean'],
  bigint: ['bigint'],
  Uint8Array: ['bytes'],
};

interface Way {
  readonly form: Form;
  readonly isPython: boolean;
}

/** Whether a value of that kind is right there, or wrong only in its parts. */
function fits(type: Type, kind: string, way: Way): boolean {
  const { type: shape, isNullable, isUndefinable } = resolve(type, schema);
  if (kind === 'null') return isNullable || (isUndefinable && isGivenInPython(way));
  if (kind === 'undefined') return isUndefinable;
  switch (shape?.kind) {
    case 'plain':
      return fitsPlain(shape.name, kind, way);
    case 'array':
      return kind === 'array';
    case 'set':
      return kind === 'Set';
    case 'map':
      return kind === 'Map';
    case 'dict':
      return kind === 'object';
    case 'record':
      // TypeScript's records are any objects.
      return way.form === 'given' && !way.isPython && !NO_OBJECTS.includes(kind);
    case 'union':
      if (way.form === 'sent') return false;
      return shape.branches.some((branch) => fits(branch, kind, way) || looksLike(branch, kind));
    default:
      return false;
  }
}

const NO_OBJECTS = [
  ...['string', 'number', 'integer', 'bigint', 'boolean', 'array', 'function', 'symbol'],
];

function isGivenInPython({ form, isPython }: Way): boolean {
  return isPython && form === 'given';
}

const MEMORY = ['ArrayBuffer', 'DataView'];

function fitsPlain(name: string, kind: string, way: Way): boolean {
  const isPython = isGivenInPython(way);
  if (name === 'URL' && isPython) return kind === 'string';
  if (name === 'bigint' && (isPython || way.form === 'sent'))
    return kind === 'bigint' || kind === 'integer';
  // On the wire and in Python they are bytes.
  if (MEMORY.includes(name) && (isPython || way.form === 'sent')) return kind === 'bytes';
  return name === 'unknown' || (FITS[name] ?? [name]).includes(kind);
}

/** Whether a union takes it for that branch, and finds what is wrong inside. */
function looksLike(branch: Type, kind: string): boolean {
  const { type } = resolve(branch, schema);
  return kind === 'object' && (type?.kind === 'record' || type?.kind === 'dict');
}

interface Case extends Spot {
  readonly method: string;
  readonly kind: string;
  readonly whole: string;
}

/** With the tree of the sample, for what is sent. */
function casesOf(
  way: Way,
  kinds: readonly string[],
  trees: Readonly<Record<string, unknown>>,
): Case[] {
  return Object.entries(trees).flatMap(([method, sample]) => {
    const parameter =
      constructs?.kind === 'interface' && constructs.methods.find(({ name }) => name === method);
    if (!parameter) throw new Error(`no method ${method}`);
    const [slot] = parameter.parameters;
    if (slot === undefined) throw new Error(`${method} has no parameter`);
    const spots = [...spotsOf(slotType(slot), sample, { schema, form: way.form })];
    return spots.flatMap((spot) =>
      kinds
        .filter((kind) => !fits(spot.type, kind, way))
        .map((kind) => ({ ...spot, method, kind, whole: `${method}(value${spot.path})` })),
    );
  });
}

/** As they are on the wire: `writeArguments` and nothing that knows the types. */
function treesOf(samples: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(samples).map(([name, sample]) => {
      const writer = new ValueWriter();
      const method = constructsDefinition.methods.find((each) => each.name === name);
      method?.writeArguments(writer, [sample]);
      const bytes = writer.copy();
      const reader = new ValueReader();
      reader.reset(bytes, undefined, 0, bytes.length);
      return [name, reader.readValue<unknown[]>()[0]];
    }),
  );
}

/** What is not as it must be about the refusal. */
async function told({ whole, kind }: Case, call: () => Promise<unknown>): Promise<string[]> {
  try {
    await call();
    return [`${whole}: ${kind} was taken`];
  } catch (error) {
    if (!(error instanceof ValidationError)) return [`${whole}: ${kind}: ${String(error)}`];
    const isRight =
      error.path === whole &&
      error.problems.length === 1 &&
      /^constructs\.ts:\d+$/.test(error.source ?? '');
    return isRight ? [] : [`${whole}: ${kind}: ${error.message}`];
  }
}

/** Few of many, for the report. */
function report(t: Test, failures: readonly string[], count: number): void {
  t.strictSame(failures.slice(0, 20), [], `${count} wrong values`);
  t.ok(count >= 500, `${count} are enough`);
}

/** It works as before. */
async function goesOn(t: Test, client: ConstructsClient): Promise<void> {
  t.strictSame(await client.dict({ a: 1 }), { a: 1 }, 'the session goes on');
}

t.test('TypeScript does not send it', async (t) => {
  const { client } = await startConstructs(t);
  const cases = casesOf({ form: 'given', isPython: false }, Object.keys(KINDS), SAMPLES);
  const failures: string[] = [];
  for (const each of cases) {
    const method = client[each.method as 'dict'] as (value: unknown) => Promise<unknown>;
    const wrong = withWrong(SAMPLES[each.method], each.steps, KINDS[each.kind]);
    failures.push(...(await told(each, () => method.call(client, wrong))));
  }
  report(t, failures, cases.length);
  t.equal(await client.anything(0), 0, 'nobody was called');
  await goesOn(t, client);
});

t.test('Python does not take it', async (t) => {
  const { client, raw } = await startConstructs(t);
  const trees = treesOf(SAMPLES);
  const cases = casesOf({ form: 'sent', isPython: true }, SENT_KINDS, trees);
  const failures: string[] = [];
  for (const each of cases) {
    const wrong = withWrong(trees[each.method], each.steps, KINDS[each.kind]);
    failures.push(...(await told(each, () => raw.send(each.method, wrong))));
  }
  report(t, failures, cases.length);
  t.equal(await client.anything(0), 0, 'nobody was called');
  await goesOn(t, client);
});

t.test('Python does not send it', async (t) => {
  const { client, handled } = await startConstructs(t);
  const cases = casesOf({ form: 'given', isPython: true }, PYTHON_KINDS, SAMPLES);
  const failures: unknown[] = [];
  const before = handled();
  for (const [name, sample] of Object.entries(SAMPLES)) {
    await (client[name as 'dict'] as (value: unknown) => Promise<unknown>)
      .call(client, sample)
      .catch(() => {});
    const attribute = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const own = cases
      .filter(({ method }) => method === name)
      .map(({ whole, steps, kind }) => [whole, steps, kind]);
    const found = await client.whatever({ how: 'given', method: name, attribute, cases: own });
    failures.push(...(found as unknown[]));
  }
  report(t, failures.map(String), cases.length);
  t.equal(handled(), before, 'nobody was called');
  await goesOn(t, client);
});

t.test('TypeScript does not take it', async (t) => {
  const { client, handled } = await startConstructs(t);
  const trees = treesOf(SAMPLES);
  const cases = casesOf({ form: 'sent', isPython: false }, SENT_KINDS, trees);
  const failures: unknown[] = [];
  const before = handled();
  for (const name of Object.keys(SAMPLES)) {
    const own = cases
      .filter(({ method }) => method === name)
      .map(({ whole, steps, kind }) => [whole, withWrong(trees[name], steps, KINDS[kind])]);
    const found = await client.whatever({ how: 'sent', method: name, cases: own });
    failures.push(...(found as unknown[]));
  }
  report(t, failures.map(String), cases.length);
  t.equal(handled(), before, 'nobody was called');
  await goesOn(t, client);
});
