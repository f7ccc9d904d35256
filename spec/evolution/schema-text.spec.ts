import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { incompatibilities } from '../../lib/schema/compatibility.js';
import type { Schema } from '../../lib/schema/model.js';
import { SchemaProblem } from '../../lib/schema/problem.js';
import { readSchema } from '../../lib/schema/read-schema.js';
import { slotText, typeText } from '../../lib/schema/text.js';
import { Transcoding } from '../../lib/schema/transcoder.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

/** Types in their canonical text. */
const TYPES = [
  'string',
  'Int | null',
  '"a" | 1 | true | -0.5',
  '("a" | "b") | number | null',
  '"a" | number',
  `\`a\${string}b\\\`c\``,
  'string[][]',
  '(Int | null)[]',
  '("a" | "b")[]',
  '((a: Int) => void)[]',
  '((a: Int, "b-c"?: string | null) => (x: Int) => void) | null',
  'stream<R | null>',
  'stream<[R] | [string, true], [value?: Int | null]>',
  'Set<Map<string, Record<number, R[]>>>',
  '[a: Int, b?: string, ...R[]]',
  '[Int, string?]',
  '[]',
  'NDArray<f32, [2, n]>',
  'Uint8ClampedArray',
  '"\\n\\"\\\\"',
  'string | undefined',
  'E.A | E."odd one" | null',
  '(E.A | E.B)[]',
  '(E.A | E.B) | E | (string | null)',
  'open<T | U>[]',
  'open<T | U> | null',
];

const SCHEMA = `interface S
${TYPES.map((type, i) => `  m${i}(a: ${type}): void`).join('\n')}
interface O
  readonly(): void
  readonly read: O | null
  readonly "odd key"?: R[]
record R
  "odd key"?: Int
  [string]: R | null
record T
  k: "t"
record U
  k: V
type V = "u" | 1
enum E
  A = "a"
  B = 5
  "odd one" = -0.5
`;

/** What both languages make of a text: canonical texts again, or why not. */
function readHere(text: string): string {
  try {
    const { definitions } = readSchema(text);
    return [...definitions.values()].map(describe).join('\n');
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    return error.message;
  }
}

function describe(
  definition: Schema['definitions'] extends ReadonlyMap<string, infer D> ? D : never,
) {
  switch (definition.kind) {
    case 'interface':
      return definition.methods
        .map(({ parameters, result }) => [...parameters.map(slotText), typeText(result)].join())
        .concat(definition.data.map(slotText))
        .join('\n');
    case 'enum':
      return definition.members.map(({ name }) => name).join();
    case 'type':
      return typeText(definition.type);
    default:
      return definition.fields.map(slotText).join();
  }
}

const IN_PYTHON = `
import json, sys
sys.path.insert(0, sys.argv[1])
from ringsnake._schema.model import Alias, Enum, Interface
from ringsnake._schema.problem import SchemaProblem
from ringsnake._schema.read_schema import read_schema
from ringsnake._schema.text import slot_text, type_text

def describe(definition):
    if isinstance(definition, Interface):
        methods = [",".join([*map(slot_text, m.parameters), type_text(m.result)]) for m in definition.methods]
        return "\\n".join([*methods, *map(slot_text, definition.data)])
    if isinstance(definition, Enum):
        return ",".join(name for name, _ in definition.members)
    if isinstance(definition, Alias):
        return type_text(definition.type)
    return ",".join(map(slot_text, definition.fields))

def read(text):
    try:
        return "\\n".join(map(describe, read_schema(text).definitions.values()))
    except SchemaProblem as problem:
        return str(problem)

print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;

function readInPython(texts: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(pythonCommand(), ['-c', IN_PYTHON, join(root, 'python')], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

t.test('every type of the grammar is read, and written again as it was', async (t) => {
  const { definitions } = readSchema(SCHEMA);
  const service = definitions.get('S');
  if (service?.kind !== 'interface') throw new Error('no interface');
  t.same(
    service.methods.map(({ parameters: [slot] }) => slot && typeText(slot.type)),
    TYPES,
  );
  t.same(readInPython([SCHEMA]), [readHere(SCHEMA)]);
});

/** Schema texts that are none, and what is wrong with them. */
const GARBAGE: Readonly<Record<string, RegExp>> = {
  '': /begins with an interface/,
  'record R\n': /begins with an interface/,
  'interface S\n  a(: void\n': /line 2: expected a name, found `:`/,
  'interface S\n  a(): \n': /line 2: expected a type, found the end of the line/,
  'interface S\n  a(): R\n': /S: R is not defined/,
  'interface S\n  a(): void throws R\nrecord R\n': /R is no error/,
  'interface S\n  a(): E\nerror E\n': /E is an error/,
  'interface S\n  a(): void\n  a(): void\n': /line 3: a stands here twice/,
  'interface S\n  readonly a: Int\n  b(): void\n': /line 3: a method behind data/,
  'interface S\n  a(): void\n  readonly a: Int\n': /line 3: a stands here twice/,
  'interface S\n  readonly a: R\n': /S: R is not defined/,
  'interface S\n  readonly: Int\n': /line 2: expected a name, found `:`/,
  'interface S\ninterface S\n': /line 2: S is defined twice/,
  'interface S\n  a(): T\ntype T = T\n': /T: it leads back to itself/,
  'interface S\n  a(): T\ntype T = U | null\ntype U = T\n': /leads back to itself/,
  'interface S\nnonsense X\n': /line 2: there is no definition `nonsense`/,
  'interface S extends T\n': /line 1: expected the end of the line, found `extends`/,
  'interface S\n  a(): "\\x"\n': /line 2: a text that is no JSON/,
  'interface S\n  a(): "open\n': /line 2: unexpected "\\""/,
  'interface S\n  a(): Box<Int>\n': /line 2: `Box` takes no types/,
  'interface S\n  a(): Record<boolean, Int>\n': /keys of a Record/,
  'interface S\n  a(): [...Int]\n': /rest of a tuple/,
  'interface S\n  a(): open<Date>\n': /line 2: only literals, enums and unions of records are open/,
  'interface S\n  a(): open<R | Int>\nrecord R\n  x: 1\n': /S: an open union whose branches no tag/,
  'interface S\n  a(): open<R | Q>\nrecord R\n  x: 1\nrecord Q\n  x?: 2\n':
    /S: an open union whose/,
  'interface S\n  a(): open<R | Q>\nrecord R\n  x: 1\nrecord Q\n  x: T\ntype T = 2 | null\n':
    /S: an open union whose/,
  'interface S\n  a(): E.X\nenum E\n  A = 1\n': /S: E has no X/,
  'interface S\n  a(): R.x\nrecord R\n  x: Int\n': /S: R has no x/,
  'interface S\n  a(): ;\n': /line 2: unexpected ";"/,
  'interface S\n  a(): Int 5\n': /expected the end of the line/,
  'interface S\n  a(): NDArray<f32\n': /expected `>`/,
  'interface S\n  a(): T\ntype T = Int\n  more: Int\n': /a type has no members/,
  [`interface S\n  a(): ${'('.repeat(500)}Int${')'.repeat(500)}\n`]: /nested deeper than 64/,
  [`interface S\n  a(): ${'Set<'.repeat(500)}Int${'>'.repeat(500)}\n`]: /nested deeper than 64/,
  [`interface S\n  a(): Int${'[]'.repeat(500)}\n`]: /nested deeper than 64/,
  [`interface S\n  a(): ${'[...'.repeat(500)}\n`]: /nested deeper than 64/,
  [`interface S\n${' '.repeat(5 * 1024 * 1024)}`]: /more than 4194304 characters/,
};

t.test('a text that is no schema is refused in both languages in the same words', async (t) => {
  const texts = Object.keys(GARBAGE);
  const here = texts.map(readHere);
  for (const [i, text] of texts.entries())
    t.match(here[i], GARBAGE[text], JSON.stringify(text.slice(0, 60)));
  t.same(readInPython(texts), here);
});

t.test('a text of which a piece is missing or wrong never does more than be refused', async (t) => {
  const texts = Array.from({ length: SCHEMA.length }, (_, i) => [
    SCHEMA.slice(0, i),
    SCHEMA.slice(0, i) + SCHEMA.slice(i + 1),
    `${SCHEMA.slice(0, i)}${'<>()[]|?:"`= \n'[i % 14]}${SCHEMA.slice(i)}`,
  ]).flat();
  t.same(readInPython(texts), texts.map(readHere));
});

t.test('the texts of generated code are read, each as it is written', async (t) => {
  const folder = join(root, 'spec/support');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  let count = 0;
  for (const file of files.filter((file) => file.endsWith('.gen.ts'))) {
    for (const [, escaped = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
      /^ {2}schema: `(interface(?:[^`\\]|\\.)*)`/gms,
    )) {
      const text = escaped.replaceAll(/\\([`\\$])/g, '$1');
      const lines = text.split('\n').filter((line) => /^ {2}\w+\??: /.test(line));
      const { definitions } = readSchema(text);
      const written = [...definitions.values()].flatMap((definition) =>
        'fields' in definition ? definition.fields.map((field) => `  ${slotText(field)}`) : [],
      );
      t.same(written, lines, file);
      count++;
    }
  }
  t.ok(count > 10);
});

t.test('long chains of names and many pairs of types cost bounded time and no stack', async (t) => {
  const chain = (last: string): string => {
    const records = Array.from({ length: 50_000 }, (_, i) => `record R${i}\n  next: R${i + 1}`);
    return `interface S\n  a(): R0\n${records.join('\n')}\nrecord R50000\n  x: ${last}\n`;
  };
  const [old, latest] = [readSchema(chain('Int')), readSchema(chain('string'))];
  t.match(incompatibilities(old, latest), [{ clash: 'type' }]);
  new Transcoding(latest, old, () => {}).finish();
  const many = (order: number): string => {
    const branches = Array.from({ length: 600 }, (_, i) => `R${i}[]`);
    if (order < 0) branches.reverse();
    const types = Array.from({ length: 600 }, (_, i) => `type R${i} = ${branches.join(' | ')}`);
    return `interface S\n  a(): R0\n${types.join('\n')}\n`;
  };
  t.throws(() => incompatibilities(readSchema(many(1)), readSchema(many(-1))), {
    name: 'SchemaProblem',
    message: /too much to compare/,
  });
});
