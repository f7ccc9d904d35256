import { execFileSync } from 'node:child_process';
import t from 'tap';
import { ts } from 'ts-morph';
import * as ringsnake from '../../lib/index.js';
import * as python from '../../lib/python.js';
import * as ring from '../../lib/ring.js';
import * as valuesModule from '../../lib/values.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import {
  PYTHON,
  PYTHON_RING,
  PYTHON_STUB_TYPES,
  PYTHON_VALUES,
  RING_TYPES,
  RING_VALUES,
  TYPESCRIPT_TYPES,
  TYPESCRIPT_VALUES,
  VALUES_TYPES,
  VALUES_VALUES,
} from './public-names.js';
import { repository } from './tree.js';

const READ = 'spec/structure/public-names.ts is the list; change both, and CHANGELOG.md';

const façades = [
  {
    name: 'ringsnake',
    file: 'lib/index.ts',
    module: ringsnake,
    values: TYPESCRIPT_VALUES,
    types: TYPESCRIPT_TYPES,
  },
  {
    name: 'ringsnake/ring',
    file: 'lib/ring.ts',
    module: ring,
    values: RING_VALUES,
    types: RING_TYPES,
  },
  {
    name: 'ringsnake/python',
    file: 'lib/python.ts',
    module: python,
    values: [],
    types: PYTHON_STUB_TYPES,
  },
  {
    name: 'ringsnake/values',
    file: 'lib/values.ts',
    module: valuesModule,
    values: VALUES_VALUES,
    types: VALUES_TYPES,
  },
];

for (const { name, file, module, values, types } of façades) {
  t.test(`${name} exports these values to TypeScript, and no others`, async (t) => {
    t.same(Object.keys(module).sort(), [...values].sort(), READ);
  });

  t.test(`${name} exports these types to TypeScript, and no others`, async (t) => {
    const known = new Set(Object.keys(module));
    const names = exportedNames(repository().get(file) ?? '').filter((each) => !known.has(each));
    t.same(names.sort(), [...types].sort(), READ);
  });
}

function exportedNames(text: string): string[] {
  const { statements } = ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      return statement.exportClause.elements.map(({ name }) => name.text);
    return ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)
      ? [statement.name.text]
      : [];
  });
}

const PROGRAM = `
import importlib, json, types
import MODULE as module
for name in module.__all__:
    getattr(module, name)  # some come when they are asked for
public = [name for name, value in vars(module).items()
          if not name.startswith("_") and name != "TYPE_CHECKING" and not isinstance(value, types.ModuleType)]
print(json.dumps({"all": list(module.__all__), "public": public}))
`;

t.test('ringsnake exports these names to Python, each of them there and no others', async (t) => {
  const { all, public: found } = pythonNames('ringsnake');
  t.same([...all].sort(), [...PYTHON].sort(), READ);
  t.same(
    found.sort(),
    [...all].sort(),
    '__all__ of python/ringsnake/__init__.py names all that is public',
  );
});

t.test('ringsnake.ring exports these names to Python, and no others', async (t) => {
  const { all, public: found } = pythonNames('ringsnake.ring');
  t.same([...all].sort(), [...PYTHON_RING].sort(), READ);
  t.same(
    found.sort(),
    [...all].sort(),
    '__all__ of python/ringsnake/ring.py names all that is public',
  );
});

t.test('ringsnake.values exports these names to Python, and no others', async (t) => {
  const { all, public: found } = pythonNames('ringsnake.values');
  t.same([...all].sort(), [...PYTHON_VALUES].sort(), READ);
  t.same(
    found.sort(),
    [...all].sort(),
    '__all__ of python/ringsnake/values.py names all that is public',
  );
});

t.test('ringsnake.generated names all that generated code imports', async (t) => {
  const { all, public: found } = pythonNames('ringsnake.generated');
  t.same(
    found.sort(),
    [...all].sort(),
    '__all__ of python/ringsnake/generated.py names all that is public',
  );
});

function pythonNames(module: string): { all: string[]; public: string[] } {
  const program = PROGRAM.replace('MODULE', module);
  const text = execFileSync(pythonCommand(), ['-c', program], {
    encoding: 'utf8',
    env: pythonEnvironment(),
  });
  return JSON.parse(text) as { all: string[]; public: string[] };
}
