/** What is said of values that are wrong in several places, and of those that are no arguments or results: items of streams, calls of functions. */
import { ValidationError, type ValidationProblem } from 'ringsnake';
import type { Caller, InterfaceDefinition, ValueReader, ValueWriter } from 'ringsnake/generated';
import t from 'tap';
import { startConstructs } from '../support/constructs/unchecked.js';
import { FoundryClient } from '../support/foundry/foundry.gen.js';
import { foundryModule } from '../support/foundry/start.js';
import { collected, startTicker } from '../support/ticker/start.js';
import { tickerDefinition } from '../support/ticker/ticker.gen.js';
import { start } from '../support/workers.js';

async function refusal(call: Promise<unknown>): Promise<readonly ValidationProblem[]> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  throw new Error('it was taken');
}

async function paths(call: Promise<unknown>): Promise<string[]> {
  return (await refusal(call)).map(({ path }) => path);
}

const number = { expected: 'number', actual: 'string "wide"' };

t.test('all that is wrong is told at once, up to five things', async (t) => {
  const { client } = await startConstructs(t);
  const wrong = [
    { kind: 'circle', radius: 'wide' },
    { kind: 'square', side: 1 },
    { kind: 'square', side: 'wide', label: 'fine' },
    { kind: 'oval' },
  ];
  const found = await refusal(client.shapes(wrong as never));
  t.strictSame(found, [
    { path: 'shapes(value[0].radius)', ...number, source: 'constructs.ts:28' },
    { path: 'shapes(value[2].side)', ...number, source: 'constructs.ts:33' },
    {
      path: 'shapes(value[3].kind)',
      expected: '"circle", "square", "group" or "layer"',
      actual: 'string "oval"',
      source: 'constructs.ts:27',
    },
  ]);
  const many = Array.from({ length: 100 }, (_, i) => ({ name: i }));
  t.equal((await refusal(client.things(many as never))).length, 5);
});

/** Trees of arguments with several things wrong, as both sides name them. */
const TREES: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['flags', ['a', 'b'], ['value.read', 'value.write']],
  ['line', [1, ['a', 'b'], [2, 3]], ['value[0]', 'value[1][1]', 'value[2][0]']],
  ['dict', { a: 'b', c: 1, 'd e': [] }, ['value.a', 'value["d e"]']],
  ['gaps', [1, 'a', null, undefined, true], ['value[1]', 'value[4]']],
  ['inline', ['a', [[1], ['b'], [2]]], ['value.x', 'value.y[0].z', 'value.y[2].z']],
  ['shapes', [[0, ['circle', 'a']], [1, ['square', true, 7]]], [
    'value[0].radius',
    'value[1].side',
    'value[1].label',
  ]],
  ['set', new Set(['a']), ['value.values()[0]']],
  ['map', new Map([['a', [1]]]), ['value.keys()[0]', 'value.values()[0][0]']],
  ['patch', [1, 2], ['value.name', 'value.born']],
];

t.test('both languages say the same of what arrives, in the same order', async (t) => {
  const { client, toPython, toTypeScript } = await startConstructs(t);
  for (const [method, tree, wrong] of TREES) {
    const python = (await toPython(method, tree)) ?? '';
    const shown = python.split('\n  ').map((line) => line.replace(/: expected .*$/, ''));
    const whole = wrong.map((path) => `${method}(${path})`);
    t.strictSame(shown, whole, `Python of ${method}`);
    t.equal(await toTypeScript(method, tree), python, `TypeScript of ${method}`);
  }
  t.strictSame(await client.dict({ a: 1 }), { a: 1 }, 'the session goes on');
});

t.test('what is large is looked at in part, and soon', async (t) => {
  const { client } = await startConstructs(t);
  const value = Array.from({ length: 300_000 }, () => 1 as unknown);
  value[250_000] = 'a';
  value[250_001] = 'b';
  const begun = performance.now();
  t.ok((await paths(client.gaps(value as never))).includes('gaps(value[250000])'));
  t.ok(performance.now() - begun < 5_000);
});

t.test('a value whose members throw is refused for what was wrong first', async (t) => {
  const { client } = await startConstructs(t);
  const trap = {
    read: 'a',
    get write(): boolean {
      throw new Error('not to be looked at');
    },
  };
  t.strictSame(await paths(client.flags(trap as never)), ['flags(value.read)']);
});

class Unchecked {
  static readonly definition: InterfaceDefinition = {
    ...tickerDefinition,
    methods: tickerDefinition.methods.map((method) => ({
      ...method,
      ...(method.name === 'sum' && {
        writeArguments: (writer: ValueWriter, [source]: readonly unknown[]) => {
          writer.writeArrayHead(2);
          writer.writeStream(source as never, (writer, item) => writer.writeValue(item));
          writer.writeUndefined();
        },
      }),
      ...(method.name === 'count' && {
        readResult: (reader: ValueReader) => reader.readStream((reader) => reader.readString()),
      }),
    })),
  };
  readonly caller: Caller;

  constructor(caller: Caller) {
    this.caller = caller;
  }

  index(name: string): number {
    return tickerDefinition.methods.findIndex((method) => method.name === name);
  }
}

t.test('an item of a stream is named by its number', async (t) => {
  const { worker, ticker } = await startTicker(t);
  const unchecked = worker.client(Unchecked);
  const cases: readonly (readonly [string, () => Promise<unknown>, readonly string[], number])[] = [
    ['Python does not send it', () => collected(ticker.lying(2)), ['lying()#2'], 24],
    ['also after many', () => collected(ticker.lying(1000)), ['lying()#1000'], 24],
    [
      'TypeScript does not send it',
      () => ticker.sum([1, 2, 'x'] as never),
      ['sum(values)#2'],
      32,
    ],
    [
      'all that is wrong with it',
      () => collected(ticker.back([{ at: 1, name: 'a' }, { at: 'x', name: 3 }] as never)),
      ['back(values)#1.at', 'back(values)#1.name'],
      4,
    ],
    [
      'Python does not take it',
      () => unchecked.caller.call(unchecked.index('sum'), [[1, 2, 'x']]),
      ['sum(values)#2'],
      32,
    ],
    [
      'TypeScript does not take it',
      () => collected(unchecked.caller.stream(unchecked.index('count'), [3, 'list'])),
      ['count()#0'],
      12,
    ],
  ];
  for (const [what, call, expected, line] of cases) {
    const found = await refusal(call());
    t.strictSame(
      found.map(({ path }) => path),
      expected,
      what,
    );
    t.equal(found[0]?.source, `ticker.ts:${line}`, `${what}: declared`);
  }
  t.equal(await ticker.add(1, 2), 3, 'the session goes on');
});

t.test('the call of a function is named `call`', async (t) => {
  const worker = await start(t, { module: foundryModule });
  const foundry = worker.client(FoundryClient);
  const found = await refusal(foundry.each(1, () => Promise.resolve('x' as never)));
  t.strictSame(
    found.map(({ path, expected, actual }) => ({ path, expected, actual })),
    [{ path: 'call()', expected: 'integer', actual: 'string "x"' }],
  );
});
