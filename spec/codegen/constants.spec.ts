import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { emitConstants } from '../../codegen/emit/constants.js';
import { root } from '../support/root.js';

const fixture = join(root, 'spec/fixtures/codegen/constants');

t.test('the table becomes C++, TypeScript and Python', async (t) => {
  const texts = emitConstants(readFileSync(join(fixture, 'constants.json'), 'utf8'));
  t.equal(texts.cpp, readFileSync(join(fixture, 'wire_constants.gen.h'), 'utf8'));
  t.equal(texts.typescript, readFileSync(join(fixture, 'constants.gen.ts'), 'utf8'));
  t.equal(texts.python, readFileSync(join(fixture, 'constants_gen.py'), 'utf8'));
});

const table = (type: string, value: unknown) =>
  JSON.stringify({ groups: [{ name: 'Group', doc: '', type, values: { name: value } }] });

t.test('a value must fit its type', async (t) => {
  for (const [type, value] of [
    ['u8', 256],
    ['u16', '0x10000'],
    ['u32', -1],
    ['u32', 1.5],
    ['u64', '0x20000000000000'],
    ['u8', 'one'],
  ]) {
    t.throws(
      () => emitConstants(table(String(type), value)),
      /constants\.json: Group\.name is not a u/,
    );
  }
  t.doesNotThrow(() => emitConstants(table('u8', 255)));
});

t.test('a name is there once', async (t) => {
  const group = { name: 'Group', doc: '', type: 'u8', values: { name: 1 } };
  t.throws(() => emitConstants(JSON.stringify({ groups: [group, group] })), /name is there twice/);
});
