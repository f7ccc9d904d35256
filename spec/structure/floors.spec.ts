import t from 'tap';
import { floorProblem, pythonPlace, typescriptPlace } from './floors.js';
import { cppIncludes, type Import, pythonModules, typescriptImports } from './imports.js';
import { repository, select, type Tree } from './tree.js';

const READ = '(CONTRIBUTING.md, rule 2)';

function typescriptFloors(tree: Tree): string[] {
  return typescriptImports(select(tree, /^lib\//)).flatMap(({ from, to }) => {
    const [user, used] = [typescriptPlace(from), typescriptPlace(to)];
    const problem = user && used && floorProblem(user, used);
    return problem ? [`${from} imports ${to}: ${problem} ${READ}`] : [];
  });
}

function pythonFloors(tree: Tree): string[] {
  // What the generator has written imports the public entry, wherever it stands.
  const written = pythonImports(tree).filter(({ from }) => !/_gen\/\w+\.py$/.test(from));
  return written.flatMap(({ from, to }) => {
    const [user, used] = [pythonPlace(moduleName(from)), pythonPlace(to)];
    const problem = user && used && floorProblem(user, used);
    return problem ? [`${from} imports ${to}: ${problem} ${READ}`] : [];
  });
}

function pythonImports(tree: Tree): Import[] {
  const modules = pythonModules(select(tree, /^python\/ringsnake\//));
  return [...modules].flatMap(([from, { imports }]) => imports.map((to) => ({ from, to })));
}

function moduleName(path: string): string {
  return path
    .replace(/^python\//, '')
    .replace(/(\/__init__)?\.py$/, '')
    .replaceAll('/', '.');
}

/** The binding is for those who need it to reach the ring, the process, or to say whether it is there. */
function nativeUsers(tree: Tree): string[] {
  const addon = typescriptImports(select(tree, /^lib\//))
    .filter(({ from, to }) => to === 'lib/native.ts' && !/^lib\/(ring|worker|doctor)\//.test(from))
    .map(({ from }) => `${from} imports lib/native.ts: only ring, worker and doctor may ${READ}`);
  const allowed = /^python\/ringsnake\/(_ring\/|_worker\/|_wire\/value\.py$)/;
  const extension = pythonImports(tree)
    .filter(({ from, to }) => to === 'ringsnake._native' && !allowed.test(from))
    .map(
      ({ from }) => `${from} imports _native: only _ring, _worker and _wire/value.py may ${READ}`,
    );
  return [...new Set([...addon, ...extension])];
}

/** Folder of csrc → what it may include: its own files, core, and these headers. */
const FOREIGN: Readonly<Record<string, { folders: RegExp; never: RegExp }>> = {
  core: { folders: /^csrc\/core\//, never: /^(node_api|napi|js_native_api|uv|Python)\b/ },
  node: { folders: /^csrc\/(core|node|embed)\//, never: /^Python\.h/ },
  python: { folders: /^csrc\/(core|python)\//, never: /^(node_api|napi|js_native_api|uv)\b/ },
  embed: { folders: /^csrc\/(core|embed)\//, never: /^(node_api|napi|js_native_api|uv)\b/ },
};

function cppFloors(tree: Tree): string[] {
  return cppIncludes(select(tree, /^csrc\//)).flatMap(({ from, to }) => {
    const rule = FOREIGN[from.split('/')[1] ?? ''];
    const isOurs = to.startsWith('csrc/');
    if (rule && (isOurs ? rule.folders.test(to) : !rule.never.test(to))) return [];
    return [`${from} includes ${to}: see "who may include whom" in csrc/README.md ${READ}`];
  });
}

function codegenImports(tree: Tree): string[] {
  return typescriptImports(select(tree, /^codegen\//)).flatMap(({ from, to }) => {
    if (to === 'ts-morph' && !from.startsWith('codegen/inspect/'))
      return [`${from} imports ts-morph: only codegen/inspect does ${READ}`];
    if (/^(codegen\/|node:|ts-morph$)/.test(to)) return [];
    return [`${from} imports ${to}: codegen stands beside the floors and imports none ${READ}`];
  });
}

/** Programs that show or measure the product use it as its users do. */
function publicEntriesOnly(tree: Tree): string[] {
  const users = select(tree, /^(bench|spec\/examples)\//);
  return typescriptImports(users).flatMap(({ from, to }) => {
    const own = from.startsWith('bench/') ? /^(bench|spec\/examples)\// : /^spec\/examples\//;
    const isRelative = /^(lib|codegen|spec|bench)\//.test(to);
    if (!isRelative || own.test(to)) return [];
    return [`${from} imports ${to}: bench and examples import public entries only ${READ}`];
  });
}

function generatedImports(tree: Tree): string[] {
  const typescript = typescriptImports(select(tree, /^(?!lib\/).*\.gen\.ts$/)).filter(
    ({ to }) => !/^ringsnake(\/generated)?$/.test(to) && !/^(spec|bench)\//.test(to),
  );
  const modules = pythonModules(select(tree, /^(?!python\/).*_gen\/\w+\.py$/));
  const python = [...modules].flatMap(([from, { imports }]) =>
    imports
      .filter((to) => /^ringsnake\b/.test(to) && !/^ringsnake(\.generated(\.\w+)?)?$/.test(to))
      .map((to) => ({ from, to })),
  );
  return [...typescript, ...python].map(
    ({ from, to }) =>
      `${from} imports ${to}: generated code uses 'ringsnake/generated' and its own source ${READ}`,
  );
}

/** Each rule, and a tree that breaks it: a rule that cannot fail proves nothing. */
const rules: readonly {
  sentence: string;
  rule: (tree: Tree) => string[];
  broken: Record<string, string>;
}[] = [
  {
    sentence: 'a floor of lib imports only floors below it, and no sibling',
    rule: typescriptFloors,
    broken: {
      'lib/ring/a.ts': "import { b } from '../session/b.js';",
      'lib/worker/a.ts': "export type { b } from '../embedded/b.js';",
      'lib/channel/a.ts': "const b = await import('../index.js');",
      'lib/worker/c.ts': "import { b } from '../pool/b.js';",
    },
  },
  {
    sentence: 'a floor of python/ringsnake imports only floors below it, and no sibling',
    rule: pythonFloors,
    broken: {
      'python/ringsnake/_wire/a.py': 'from ringsnake._session import b',
      'python/ringsnake/_session/a.py': 'import ringsnake',
    },
  },
  {
    sentence: 'only ring, worker and doctor reach the native half',
    rule: nativeUsers,
    broken: {
      'lib/session/a.ts': "import { native } from '../native.js';",
      'python/ringsnake/_session/a.py': 'from ringsnake import _native',
    },
  },
  {
    sentence: 'csrc/core knows neither Node nor Python, and the bindings do not know each other',
    rule: cppFloors,
    broken: {
      'csrc/core/a.h': '#include <Python.h>',
      'csrc/node/a.cc': '#include "../python/b.h"',
      'csrc/python/b.h': '#include <node_api.h>',
    },
  },
  {
    sentence: 'codegen imports no floor, and ts-morph only in inspect',
    rule: codegenImports,
    broken: {
      'codegen/emit/a.ts': "import { ts } from 'ts-morph';",
      'codegen/b.ts': "import { encode } from '../lib/wire/value.js';",
    },
  },
  {
    sentence: 'bench and examples import public entries only',
    rule: publicEntriesOnly,
    broken: {
      'bench/a.ts': "import { Session } from '../lib/session/session.js';",
      'spec/examples/a/main.ts': "import { root } from '../../support/root.js';",
    },
  },
  {
    sentence: 'generated code imports the public entries and its own source',
    rule: generatedImports,
    broken: {
      'spec/a.gen.ts': "import { encode } from '../lib/wire/value.js';",
      'spec/a_gen/_codec.py': 'from ringsnake._wire.value import encode',
    },
  },
];

for (const { sentence, rule, broken } of rules) {
  t.test(sentence, async (t) => {
    t.same(rule(repository()), [], 'in this repository');
    for (const [path, text] of Object.entries(broken)) {
      const others = new Map(Object.keys(broken).map((other) => [other, '']));
      t.not(rule(others.set(path, text)).length, 0, `and the rule sees: ${text}`);
    }
  });
}
