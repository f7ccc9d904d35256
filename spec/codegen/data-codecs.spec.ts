/** A file that only declares data: its codecs in both languages read the same, and say the same of what is wrong. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DecodeError, ValidationError } from 'ringsnake';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import * as generated from '../support/shelf/shelf.gen.js';
import { Binding, type Book, type Isbn, type Item, Language } from '../support/shelf/shelf.js';

type Name = string & keyof typeof generated;
type Codec = { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };

const codecs: Readonly<Record<Name, Codec>> = { ...generated } as never;
const codec = (name: Name) => codecs[name];

const book: Book = {
  title: 'Sketch of the Analytical Engine',
  authors: [{ name: 'Luigi Menabrea' }, { name: 'Ada Lovelace', born: 1815 }],
  binding: Binding.Soft,
  published: new Date('1843-09-01T00:00:00Z'),
  pageCount: 66,
};
const map: Item = { kind: 'map', scale: 1e-5 };

const VALUES: readonly (readonly [Name, unknown])[] = [
  ['bindingCodec', Binding.Hard],
  ['authorCodec', { name: 'Zoë', born: -5 }],
  ['bookCodec', { ...book, published: null }],
  ['mapCodec', map],
  ['itemCodec', book],
  ['itemCodec', map],
  ['globeCodec', { kind: 'globe', radius: 2.5 }],
  ['wareCodec', { kind: 'globe', radius: 2.5 }],
  ['wareCodec', map],
  ['wareCodec', { kind: 'atlas', pages: [map, { title: null }], of: new Date(0) }],
  ['shelfCodec', { first: book, second: map, __proto__x: map }],
  ['isbnCodec', '3-16' as Isbn],
  ['pairCodec', [book]],
  ['pairCodec', [book, book]],
  ['whateverCodec', { deep: [new Set([1]), 2n ** 70n] }],
  ['languageCodec', Language.French],
  ['languageCodec', 'de'],
  ['spineCodec', 'Sketch\nby Ada'],
  ['labelCodec', { place: 'upper row | left of the door | under the window' }],
  ['drawerCodec', [{ secret: 'x' }]],
];

/** Python's name of it. */
const pythonName = (name: Name) => name.replace('Codec', '_codec');

interface Answer {
  readonly bytes?: string;
  readonly code?: string;
  readonly problems?: readonly object[];
  readonly message?: string;
}

/** What Python makes of bytes. */
function askPython(inputs: readonly (readonly [Name, Uint8Array])[]): Answer[] {
  const output = execFileSync(
    pythonCommand(),
    [join(root, 'spec', 'support', 'shelf', 'shelf.py')],
    {
      env: { ...process.env, PYTHONPATH: join(root, 'python') },
      input: inputs
        .map(([name, bytes]) => `${pythonName(name)} ${Buffer.from(bytes).toString('hex')}\n`)
        .join(''),
      maxBuffer: 2 ** 26,
    },
  );
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** The same of TypeScript. */
function ask(name: Name, bytes: Uint8Array): Answer {
  try {
    return { bytes: Buffer.from(codec(name).encode(codec(name).decode(bytes))).toString('hex') };
  } catch (error) {
    if (error instanceof DecodeError) return { code: error.code };
    if (!(error instanceof ValidationError)) throw error;
    return { code: error.code, problems: error.problems, message: error.message };
  }
}

/** The value for its bytes, which may hold their characters in a block. */
function told(name: Name, { bytes, ...answer }: Answer): object {
  return bytes === undefined ? answer : { value: codec(name).decode(Buffer.from(bytes, 'hex')) };
}

t.test('values come back as they went, from either language', async (t) => {
  const inputs = VALUES.map(([name, value]) => [name, codec(name).encode(value)] as const);
  for (const [index, [name, bytes]] of inputs.entries())
    t.strictSame(codec(name).decode(bytes), VALUES[index]?.[1], name);
  const answers = askPython(inputs);
  for (const [index, [name]] of inputs.entries())
    t.strictSame(told(name, answers[index] as Answer), { value: VALUES[index]?.[1] }, name);
});

t.test('each exported type has a codec, and no other', async (t) => {
  t.strictSame(Object.keys(generated).sort(), [...new Set(VALUES.map(([name]) => name))].sort());
});

/** Names of types that were wrong, so that the bytes of one are read as another. */
function crossed(): [Name, Uint8Array][] {
  return VALUES.flatMap(([from, value]) => {
    const bytes = codec(from).encode(value);
    return VALUES.map(([to]): [Name, Uint8Array] => [to, bytes]);
  }).concat(
    [[null, map], [null, { kind: 1 }], [null, {}], [null, 'map'], [null], [2, map]].map((tree) => [
      'wareCodec',
      codec('whateverCodec').encode(tree),
    ]),
  );
}

interface Comparison {
  readonly name: Name;
  readonly bytes: string;
  readonly here: object;
  readonly there: object;
}

/** What both languages make of bytes. */
function compared(inputs: readonly (readonly [Name, Uint8Array])[]): Comparison[] {
  const answers = askPython(inputs);
  return inputs.map(([name, bytes], index) => ({
    name,
    bytes: Buffer.from(bytes).toString('hex'),
    here: told(name, ask(name, bytes)),
    there: told(name, answers[index] as Answer),
  }));
}

t.test('what is of another type is refused in the same words, with every place', async (t) => {
  for (const { name, bytes, here, there } of compared(crossed()))
    t.strictSame(there, here, `${bytes} as ${name}`);
});

t.test('bytes that are cut or changed are refused by both, or read as the same', async (t) => {
  // Without a date: Python's end with the year 9999.
  const [, bytes] = ['bookCodec', codec('bookCodec').encode({ ...book, published: null })] as const;
  const inputs = Array.from(bytes, (byte, at): (readonly [Name, Uint8Array])[] => [
    ...(at === 0 ? [] : [['bookCodec', bytes.slice(0, at)] as const]),
    ...[1, 0x10, 0x80].map((bit) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = byte ^ bit;
      return ['bookCodec', changed] as const;
    }),
  ]).flat();
  // Which of the two errors it is depends on what is looked at first.
  for (const { bytes, here, there } of compared(inputs))
    if ('code' in here || 'code' in there) t.ok('code' in here && 'code' in there, bytes);
    else t.strictSame(there, here, bytes);
});

t.test('a value that is given and wrong is refused with every place and its line', async (t) => {
  const wrong = { ...book, title: 5, authors: [{ name: null }], binding: 'paper' };
  const encode = () => codec('itemCodec').encode(wrong);
  t.throws(encode, {
    name: 'ValidationError',
    message: [
      'Item.title: expected string, got number 5 (declared at shelf.ts:20)',
      'Item.authors[0].name: expected string, got null (declared at shelf.ts:15)',
      'Item.binding: expected "hard" or "soft", got string "paper" (declared at shelf.ts:22)',
    ].join('\n  '),
  });
  t.throws(() => codec('bookCodec').decode(new Uint8Array()), DecodeError);
});
