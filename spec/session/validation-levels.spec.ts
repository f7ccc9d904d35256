/** How closely a session looks at what arrives, and how much of a wrong value it shows. */
import { join } from 'node:path';
import { type SpawnOptions, spawn, ValidationError } from 'ringsnake';
import type { Caller, ValueWriter } from 'ringsnake/generated';
import t, { type Test } from 'tap';
import {
  ConstructsClient,
  ConstructsServer,
  constructsDefinition,
} from '../support/constructs/constructs.gen.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

/** Sends whatever it is given, and takes whatever comes. */
class UncheckedClient {
  static readonly definition = {
    ...constructsDefinition,
    methods: constructsDefinition.methods.map((method) => ({
      ...method,
      writeArguments: (writer: ValueWriter, args: readonly unknown[]) => writer.writeValue(args),
    })),
  };
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  send(name: string, value: unknown): Promise<unknown> {
    const index = constructsDefinition.methods.findIndex((method) => method.name === name);
    return this.#caller.call(index, [value]);
  }
}

const handled: unknown[] = [];
const methods = Object.fromEntries(
  constructsDefinition.methods.map(({ name }) => [
    name,
    (value: unknown) => {
      handled.push(value);
      return value;
    },
  ]),
);

async function start(t: Test, options: Partial<SpawnOptions>) {
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'constructs', 'wrong.py'),
    python: pythonCommand(),
    serves: [new ConstructsServer(methods as never)],
    ...options,
  });
  t.teardown(() => worker.destroy());
  const client = worker.client(ConstructsClient);
  const raw = worker.client(UncheckedClient);
  return {
    client,
    /** What Python says of a tree as its argument; undefined: it has taken it. */
    toPython: (method: string, tree: unknown) => problemOf(() => raw.send(method, tree)),
    /** What TypeScript says of it. */
    toTypeScript: async (method: string, tree: unknown) => {
      const told = await client.whatever({ how: 'told', method, cases: [['', tree]] });
      return (told as string[])[0];
    },
  };
}

async function problemOf(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    // Its results are checked where they leave.
    return error.path.includes('()') ? undefined : error.message;
  }
}

/** Of each level the trees that it refuses: method, tree, level at which it is taken first. */
const TREES: readonly (readonly [string, unknown, 'shape' | 'off' | 'never'])[] = [
  ['color', 'pink', 'shape'],
  ['warm', 'blue', 'shape'],
  ['autoOr', [0, 'neither'], 'shape'],
  ['pixels', '1em', 'shape'],
  ['cents', 1.5, 'shape'],
  ['flags', [true, 'no'], 'off'],
  ['userName', 7, 'off'],
  ['thing', [7], 'off'],
  ['date', 'today', 'off'],
  ['dict', { a: 'b' }, 'off'],
  ['pair', ['a', 'b'], 'off'],
  ['thing', ['a', 'b'], 'never'],
  ['thing', 'a', 'never'],
  ['things', 'a', 'never'],
  ['shape', [9, []], 'never'],
  ['pair', ['a'], 'never'],
];
const LEVELS = ['full', 'shape', 'off', 'never'];

for (const level of ['full', 'shape', 'off'] as const) {
  t.test(`what arrives is refused as \`${level}\` says`, async (t) => {
    const { client, toPython, toTypeScript } = await start(t, { validation: level });
    for (const [method, tree, taken] of TREES) {
      const isTaken = LEVELS.indexOf(taken) <= LEVELS.indexOf(level);
      const shown = `${method} ${JSON.stringify(tree)}`;
      for (const [side, told] of [
        ['Python', await toPython(method, tree)],
        ['TypeScript', await toTypeScript(method, tree)],
      ] as const) {
        if (isTaken) t.notOk(told, `${side} takes ${shown}: ${told}`);
        else t.match(told, `${method}(value`, `${side} refuses ${shown}`);
      }
    }
    t.strictSame(await client.dict({ a: 1 }), { a: 1 }, 'the session goes on');
  });
}

t.test('no other level is known', async (t) => {
  await t.rejects(start(t, { validation: 'some' as never }), RangeError);
});

const SECRET = 'hunter2';
for (const valuePreviews of [true, false]) {
  t.test(`values are ${valuePreviews ? '' : 'not '}shown in errors`, async (t) => {
    const { client, toPython, toTypeScript } = await start(t, { valuePreviews });
    const wrong = { x: SECRET, y: [{ z: 4711 }] } as never;
    const own = await problemOf(() => client.inline(wrong));
    const tree = [SECRET, [[4711]]];
    const source = '(declared at constructs.ts:157)';
    const [text, number] = valuePreviews ? [` "${SECRET}"`, ' 4711'] : ['', ''];
    const expected = `inline(value.x): expected number, got string${text} ${source}
  inline(value.y[0].z): expected string, got number${number} ${source}`;
    t.equal(own, expected, 'of what TypeScript does not send');
    t.equal(await toPython('inline', tree), expected, 'of what Python does not take');
    t.equal(await toTypeScript('inline', tree), expected, 'of what TypeScript does not take');
  });
}
