import t from 'tap';
import { pythonModules } from './imports.js';
import { matchingLines, repository, select, type Tree } from './tree.js';

const ours = select(repository(), /^(lib|codegen|bench|spec|python|csrc)\/(?!.*fixtures\/)/);

t.test('nothing is exported wholesale or by default', async (t) => {
  const wholesale = /^export (\*|default\b)/;
  const found = matchingLines(select(ours, /\.(ts|mjs)$/), wholesale);
  t.same(found, [], 'name what is exported (CONTRIBUTING.md, rule 9)');
  t.equal(matchingLines(new Map([['a.ts', "export * from './b.js';"]]), wholesale).length, 1);
});

t.test('no file is named for being useful', async (t) => {
  const vague = /(^|[/_-])(utils?|helpers?|misc|common)([_.-][^/]*)?$/;
  const found = [...ours.keys()].filter((path) => vague.test(path));
  t.same(found, [], 'name a file after the concept in it (CONTRIBUTING.md, rule 9)');
  for (const path of ['lib/utils.ts', 'python/ringsnake/_helpers.py', 'csrc/core/ring_util.h']) {
    t.match(path, vague);
  }
});

interface ConstantGroup {
  readonly name: string;
  readonly enum?: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

const table = JSON.parse(repository().get('spec/wire/constants.json') ?? '') as {
  groups: readonly ConstantGroup[];
};
// The members of an enum live in its scope; its name is what must be unique.
const constants = table.groups.flatMap(({ name, enum: isEnum, values }) =>
  isEnum ? [name] : Object.keys(values),
);

/** `ring_capacity_min` as C++, TypeScript and Python write it; enums keep their name. */
function spellings(name: string): string[] {
  const words = name.split('_');
  return [
    `k${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`,
    name.toUpperCase(),
    name,
  ];
}

/** Definitions outside the generated files. */
function redefinitions(tree: Tree): string[] {
  const names = new Set(constants.flatMap(spellings));
  const written = select(tree, /^(?!.*(\.gen\.|_gen(\.py|\/))).*\.(ts|mjs|cc|h)$/);
  const definition =
    /^\s*(?:\w+ )*(?:const|let|enum|enum class|constexpr [\w:]+) (\w+)\s*(?:[:={]|$)/gm;
  const compiled = [...written].flatMap(([path, text]) =>
    [...text.matchAll(definition)]
      .filter(([, name = '']) => names.has(name))
      .map(([line]) => `${path}: ${line.trim()}`),
  );
  const modules = pythonModules(select(tree, /^(?!.*_gen(\.py$|\/)).*\.py$/));
  const python = [...modules].flatMap(([path, { assigned }]) =>
    assigned.filter((name) => names.has(name)).map((name) => `${path}: ${name}`),
  );
  return [...compiled, ...python];
}

t.test('every number that both sides must know comes from the one table', async (t) => {
  const found = redefinitions(ours);
  t.same(
    found,
    [],
    'import it from the generated constants (CONTRIBUTING.md, rule 5; spec/wire/constants.json)',
  );
  const copies: Record<string, string> = {
    'lib/a.ts': 'const RING_CAPACITY_MIN = 65536;',
    'csrc/a.h': 'inline constexpr std::uint32_t kRingCapacityMin = 65536;',
    'csrc/b.h': 'enum class FrameKind : std::uint8_t {',
    'python/a.py': 'RING_CAPACITY_MIN: Final = 65536',
  };
  for (const [path, text] of Object.entries(copies)) {
    t.equal(redefinitions(new Map([[path, text]])).length, 1, `the rule sees: ${text}`);
  }
});
