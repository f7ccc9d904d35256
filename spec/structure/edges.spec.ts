import t from 'tap';
import { atomicOperations, edgeEnds } from './edges.js';
import { repository, select } from './tree.js';

const READ = '(CONTRIBUTING.md, rule 6; spec/wire/ring.md §4)';

const core = select(repository(), /^csrc\/core\/.*\.(cc|h)$/);
const operations = atomicOperations(core);

t.test('every atomic operation says its memory order and names its edge', async (t) => {
  t.ok(operations.length > 10, 'the operations were found');
  for (const { place, edges, ordered } of operations) {
    t.ok(ordered, `${place} says its memory order ${READ}`);
    t.ok(edges.length > 0, `${place} has a comment \`edge NAME\` ${READ}`);
  }
  const bare = atomicOperations(new Map([['a.cc', 'word.store(1);']]))[0];
  t.match(bare, { edges: [], ordered: false }, 'the rule sees one that says neither');
});

t.test('every edge has two ends and stands in the specification', async (t) => {
  const page = repository().get('spec/wire/ring.md') ?? '';
  for (const [name, count] of edgeEnds(core)) {
    t.ok(count >= 2, `edge ${name} is named at both ends ${READ}`);
    t.ok(page.includes(`| ${name} |`), `edge ${name} is in the table of spec/wire/ring.md ${READ}`);
  }
  const lonely = new Map([
    ['a.cc', '// edge\n// LONELY (with nobody)\nword.load(std::memory_order_acquire);'],
  ]);
  t.same([...edgeEnds(lonely)], [['LONELY', 1]], 'the rule sees an edge with one end');
});

t.test('atomics and record headers stay in csrc/core', async (t) => {
  const outside = select(repository(), /^csrc\/(?!core\/).*\.(cc|h)$/);
  const uses = [...outside].filter(([, text]) =>
    /std::(atomic_ref|memory_order|atomic_thread_fence)/.test(text),
  );
  t.same(
    uses.map(([path]) => path),
    [],
    `only the core touches shared memory ${READ}`,
  );
  const scripts = select(repository(), /^lib\/.*\.ts$/);
  const atomics = [...scripts].filter(([, text]) => /\bAtomics\./.test(text)).map(([path]) => path);
  t.same(atomics, [], `TypeScript touches no atomic ${READ}`);
});
