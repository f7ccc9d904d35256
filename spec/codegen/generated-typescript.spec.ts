import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InterfaceDefinition, MethodDefinition } from 'ringsnake/generated';
import { ValueReader, ValueWriter } from 'ringsnake/generated';
import t, { type Test } from 'tap';
import ts from 'typescript';
import { root } from '../support/root.js';

const golden = join(root, 'spec/fixtures/codegen/golden');

/** The committed golden module, running. Inside the repository, so that it finds the package. */
async function load(t: Test): Promise<InterfaceDefinition> {
  const folder = t.testdir({});
  // It imports the classes of declared errors from there.
  writeFileSync(join(folder, 'every-construct.js'), transpiled('every-construct.ts'));
  const file = join(folder, 'every-construct.gen.mjs');
  writeFileSync(file, transpiled('every-construct.gen.ts'));
  const module = (await import(pathToFileURL(file).href)) as {
    everyConstructDefinition: InterfaceDefinition;
  };
  return module.everyConstructDefinition;
}

function transpiled(name: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(readFileSync(join(golden, name), 'utf8'), { compilerOptions })
    .outputText;
}

function method(definition: InterfaceDefinition, name: string): MethodDefinition {
  const found = definition.methods.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}

function throughArguments(definition: InterfaceDefinition, name: string, args: unknown[]): unknown {
  const { writeArguments, readArguments } = method(definition, name);
  return through((writer) => writeArguments(writer, args), readArguments);
}

function throughResult(definition: InterfaceDefinition, name: string, value: unknown): unknown {
  const { writeResult, readResult } = method(definition, name);
  return through((writer) => writeResult(writer, value), readResult);
}

function through(write: (writer: ValueWriter) => void, read: (reader: ValueReader) => unknown) {
  const writer = new ValueWriter();
  writer.resetPrivate();
  write(writer);
  const bytes = writer.written();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new ValueReader();
  reader.reset(bytes, view, 0, bytes.length);
  const value = read(reader);
  reader.finish();
  return value;
}

const everything = {
  text: 'text',
  ratio: 0.5,
  userID: 7,
  enabled: true,
  huge: 2n ** 70n,
  nothing: null,
  data: new Uint8Array([1, 2]),
  samples: new Float64Array([0.5, -0]),
  outcome: 'it\'s "odd"',
  level: -3,
  ratioMode: 0.5,
  switched: true,
  inline: 'a',
  constant: 'only',
  side: 'left',
  point: { x: 1, y: 2 },
  polygons: [{ corners: [{ x: 3, y: 4 }], unit: 'mm' }, { corners: [] }],
  matrix: [[1, 2], []],
  gaps: [1, null],
  outcomes: ['done', 'failed'],
  generic: [['a'], []],
  maybe: null,
  maybeOutcome: 'done',
  createdAt: 1,
};

const awkward = {
  class: 'c',
  self: 1,
  value: 2,
  at: 'at',
  error: 'e',
  fields: ['f'],
  reader: false,
  list: [1],
  str: 's',
  float: 1.5,
  bytes: new Uint8Array(),
  'content-type': 'text/plain',
  _private: 'p',
  HTTPServer: 'h',
  item: ['i', null],
};

t.test('values come back as they went, in both directions', async (t) => {
  const definition = await load(t);
  t.strictSame(throughArguments(definition, 'echo', [everything, null]), [everything, null]);
  t.strictSame(throughArguments(definition, 'echo', [everything, { ratio: 1 }]), [
    everything,
    { ratio: 1 },
  ]);
  const full = {
    ...everything,
    optional: '',
    optionalNull: null,
    optionalPoint: { x: 0, y: 0 },
    optionalNothing: null,
    optionalArray: [1, null],
  };
  t.strictSame(throughResult(definition, 'echo', full), full);
  t.strictSame(throughArguments(definition, 'awkward', [awkward]), [awkward]);
  const tree = { label: 'a', children: [{ label: 'b', children: [], next: null }], next: null };
  t.strictSame(throughArguments(definition, 'trees', [[tree]]), [[tree]]);
  t.strictSame(throughResult(definition, 'trees', null), null);
  t.strictSame(throughResult(definition, 'nothing', 'dropped'), undefined);
  t.strictSame(throughResult(definition, 'empty', null), null);
  t.strictSame(throughArguments(definition, 'nothing', []), []);
});

t.test('an optional argument or field that is absent stays absent', async (t) => {
  const definition = await load(t);
  t.strictSame(throughArguments(definition, 'outcomes', [1]), [1, undefined]);
  t.strictSame(throughArguments(definition, 'outcomes', [1, null]), [1, null]);
  const [read] = throughArguments(definition, 'echo', [everything]) as [object];
  t.notOk('optional' in read);
});

const wrong: readonly (readonly [string, unknown[], string])[] = [
  ['echo', [{ ...everything, text: 12345 }], 'everything.text: expected string, got number 12345'],
  [
    'echo',
    [{ ...everything, polygons: [{ corners: [{ x: 'a', y: 0 }] }] }],
    'everything.polygons[0].corners[0].x: expected number, got string "a"',
  ],
  [
    'echo',
    [{ ...everything, matrix: [[1], ['b']] }],
    'everything.matrix[1][0]: expected number, got string "b"',
  ],
  [
    'echo',
    [{ ...everything, gaps: [null, true] }],
    'everything.gaps[1]: expected number, got boolean true',
  ],
  ['echo', [{ ...everything, nothing: 0 }], 'everything.nothing: expected null, got number 0'],
  ['echo', [{ ...everything, userID: 0.5 }], 'everything.userID: expected integer, got number 0.5'],
  ['echo', [null], 'everything: expected Everything, got null'],
  [
    'awkward',
    [{ ...awkward, 'content-type': 1 }],
    'value["content-type"]: expected string, got number 1',
  ],
  ['outcomes', [4], 'level: expected 1, 2 or -3, got number 4'],
  [
    'outcomes',
    [1, 'lost'],
    'mode: expected "done", "failed" or "it\'s \\"odd\\"", got string "lost"',
  ],
  ['list', ['a'], 'list: expected array, got string "a"'],
];

for (const [name, args, message] of wrong) {
  t.test(`a wrong argument is named: ${message}`, async (t) => {
    const definition = await load(t);
    t.throws(() => throughArguments(definition, name, args), { code: 'RS_VALIDATION', message });
  });
}
