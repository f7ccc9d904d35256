import t from 'tap';
import { ts } from 'ts-morph';
import { pythonModules } from './imports.js';
import { matchingLines, repository, select } from './tree.js';

const READ = 'spec/wire/errors.md is the table; CONTRIBUTING.md, rule 3';

/** A row of the table. */
interface Row {
  readonly name: string;
  readonly onlyTypescript: boolean;
}

const documented = documentedErrors(repository().get('spec/wire/errors.md') ?? '');
const typescript = typescriptErrors(repository().get('lib/errors.ts') ?? '');
const python = pythonErrors();

function documentedErrors(page: string): Map<string, Row> {
  const rows = page.matchAll(/^\| `(RS_\w+)` \| `(\w+)`( \(TS\))?/gm);
  return new Map(
    [...rows].map(([, code = '', name = '', only]) => [
      code,
      { name, onlyTypescript: only !== undefined },
    ]),
  );
}

/** Code → class: the first code that a class names is its own. */
function typescriptErrors(text: string): Map<string, string> {
  const source = ts.createSourceFile('errors.ts', text, ts.ScriptTarget.Latest);
  const classes = source.statements.filter(ts.isClassDeclaration);
  return new Map(
    classes.flatMap((declaration) => {
      const code = /'(RS_\w+)'/.exec(text.slice(declaration.pos, declaration.end))?.[1];
      return code && declaration.name ? [[code, declaration.name.text] as const] : [];
    }),
  );
}

function pythonErrors(): Map<string, string> {
  const path = 'python/ringsnake/_errors.py';
  const codes =
    pythonModules(select(repository(), /^python\/ringsnake\/_errors\.py$/)).get(path)?.codes ?? {};
  // The root of the tree is raised by nobody.
  const raised = Object.entries(codes).filter(([name]) => name !== 'RingsnakeError');
  return new Map(raised.map(([name, code]) => [code, name]));
}

function asObject<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

t.test(
  'every error of lib/errors.ts is documented, and every documented one is there',
  async (t) => {
    const names = new Map([...documented].map(([code, { name }]) => [code, name]));
    t.same(asObject(typescript), asObject(names), READ);
    t.ok(typescript.size > 10, 'the classes were found');
  },
);

t.test(
  'Python has the same errors under the same names, save those that only a host raises',
  async (t) => {
    const shared = [...documented].filter(([, row]) => !row.onlyTypescript);
    t.same(
      asObject(python),
      asObject(new Map(shared.map(([code, { name }]) => [code, name]))),
      READ,
    );
  },
);

t.test('no code is used that is not documented', async (t) => {
  const sources = select(repository(), /^(lib|python|csrc)\/.*\.(ts|mjs|py|cc|h)$/);
  const isUnknown = (line: string): boolean =>
    [...line.matchAll(/\bRS_[A-Z_]+\b/g)].some(
      ([code]) => code !== 'RS_ERROR' && !documented.has(code),
    );
  t.same(matchingLines(sources, /['"]RS_[A-Z_]+['"]/).filter(isUnknown), [], READ);
  t.ok(isUnknown("throw new RingsnakeError('RS_NEVER_HEARD_OF')"));
});
