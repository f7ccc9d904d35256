/** How closely a session looks at what arrives, and how much of a wrong value it shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { problemOf, startConstructs } from '../support/constructs/unchecked.js';
import { root } from '../support/root.js';

/** Of each level the trees that it refuses: method, tree, level at which it is taken first. */
const TREES: readonly (readonly [string, unknown, 'full' | 'shape' | 'off' | 'never'])[] = [
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
  ['happening', [null, { kind: 'lost', at: 5 }], 'full'],
  ['happening', [null, { at: 5 }], 'off'],
  ['happening', [null, { kind: 5 }], 'off'],
  ['happening', [null, { kind: 'made', at: 5 }], 'off'],
  ['happening', [null, []], 'never'],
  ['happening', [null], 'never'],
  ['happening', [-1, { kind: 'lost' }], 'never'],
  ['shape', [null, { kind: 'oval' }], 'never'],
];
const LEVELS = ['full', 'shape', 'off', 'never'];

for (const level of ['full', 'shape', 'off'] as const) {
  t.test(`what arrives is refused as \`${level}\` says`, async (t) => {
    const { client, toPython, toTypeScript } = await startConstructs(t, { validation: level });
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

/** Where the method is declared. */
const LINE =
  readFileSync(join(root, 'spec', 'support', 'constructs', 'constructs.ts'), 'utf8')
    .split('\n')
    .findIndex((line) => line.startsWith('  inline(')) + 1;

t.test('no other level is known', async (t) => {
  await t.rejects(startConstructs(t, { validation: 'some' as never }), RangeError);
});

const SECRET = 'hunter2';
for (const valuePreviews of [true, false]) {
  t.test(`values are ${valuePreviews ? '' : 'not '}shown in errors`, async (t) => {
    const { client, toPython, toTypeScript } = await startConstructs(t, { valuePreviews });
    const wrong = { x: SECRET, y: [{ z: 4711 }] } as never;
    const own = await problemOf(() => client.inline(wrong));
    const tree = [SECRET, [[4711]]];
    const source = `(declared at constructs.ts:${LINE})`;
    const [text, number] = valuePreviews ? [` "${SECRET}"`, ' 4711'] : ['', ''];
    const expected = `inline(value.x): expected number, got string${text} ${source}
  inline(value.y[0].z): expected string, got number${number} ${source}`;
    t.equal(own, expected, 'of what TypeScript does not send');
    t.equal(await toPython('inline', tree), expected, 'of what Python does not take');
    t.equal(await toTypeScript('inline', tree), expected, 'of what TypeScript does not take');
  });
}
