/** Programs that are none: each is refused with a code, and harms nobody. */
import t from 'tap';
import { RingsnakeObjectsClient } from '../../lib/proxies/objects.gen.js';
import { startExplorer } from '../support/explorer/start.js';

const nested = (depth: number): unknown => {
  let program: unknown = [0, 10, 'zoo'];
  for (let i = 0; i < depth; i++) program = [[8, program]];
  return program;
};

const MALFORMED: readonly unknown[] = [
  ...[null, 5, 'a', {}, [], [[]], [null], [{}], ['a'], [1.5], [true], [-1], [2 ** 40]],
  ...[
    [0, 0],
    [0, 99],
    [0, 'get'],
    [0, null],
    [0, 1],
    [0, 1, 5],
    [0, 1, null],
    [0, 1, ['a']],
  ],
  ...[
    [0, 2, 'a'],
    [0, 4],
    [0, 4, []],
    [0, 4, null, null],
    [0, 4, {}, null],
    [0, 10, 5],
    [0, 10, []],
  ],
  ...[
    [0, 10, 'zoo', 4, [], ['a']],
    [0, 10, 'zoo', 4, [], [1, 2]],
    [0, 10, 'zoo', 4, [], 'a'],
  ],
  ...[
    [0, 14, 0],
    [0, 14, -1],
    [0, 14, 5000],
    [0, 14, 1.5],
    [0, 14, 'a'],
    [0, 11, 5, null],
  ],
  ...[
    [0, 8, 'eval', []],
    [0, 8, '__import__', []],
    [0, 8, 'add', 5],
    [0, 18, 5],
    [0, 18, [9]],
  ],
  ...[
    [[99]],
    [[0]],
    [[0, 1, 2]],
    [[1]],
    [[1, 'a']],
    [[1, []]],
    [[2, 1]],
    [[2, 'a', 0]],
    [[2, 1, 99]],
  ],
  ...[[[5, 'a']], [[7, 1]], [[8]], [[8, 5]], [[8, []]], [[9, {}, null]], [[10, 0]], [[3, [99]]]],
  ...[nested(40), [0, 23, 1, 'a'], [[8, [0, 10, 'zoo', 16]]], [[8, [0, 13, 14, 1]]]],
  new Array(70_000).fill(0),
];

t.test('what is no program is refused, and so are objects that are not lent', async (t) => {
  const { worker, py } = await startExplorer(t);
  const objects = worker.client(RingsnakeObjectsClient);
  const kept = await py.import('zoo');
  for (const program of MALFORMED) {
    const shown = JSON.stringify(program)?.slice(0, 60);
    const outcome = await objects.run(program).catch((error: unknown) => error);
    const { code } = (outcome ?? {}) as { code?: string };
    t.match(code ?? JSON.stringify(outcome), /^RS_(VALIDATION|UNKNOWN_HANDLE)$|^\[9,/, shown);
  }
  t.equal(await kept.kind_of(5), 'int', 'it goes on');
  const [, number] = (await objects.run([0, 10, 'zoo'])) as [number, number];
  t.equal(
    await objects
      .run([number, 1, 'then', 1, 'x'])
      .catch(() => 'refused')
      .then(String)
      .then((text) => text.length > 0),
    true,
  );
  await objects.release([number, 1, number, 1, 99, 1, -1, 5, Number.NaN, 1, 2]);
  await objects.release([number, 1]);
  await t.rejects(objects.run([number, 21]), { code: 'RS_UNKNOWN_HANDLE' });
  t.equal(await kept.kind_of(5), 'int', 'others are kept');
});

t.test('programs made at random harm nobody', async (t) => {
  const { worker, py } = await startExplorer(t);
  const objects = worker.client(RingsnakeObjectsClient);
  let seed = Number(process.env['RINGSNAKE_SEED'] ?? 1);
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const item = (depth: number): unknown => {
    const choices: readonly (() => unknown)[] = [
      () => random(30),
      () => random(30),
      () => ['zoo', 'builtins', 'name', 'add', 'log', '__class__'][random(6)],
      () => null,
      () => random(1000) / 8,
      () => (depth > 0 ? Array.from({ length: random(5) }, () => item(depth - 1)) : []),
      () => (depth > 0 ? { a: item(depth - 1) } : {}),
    ];
    return choices[random(choices.length)]?.();
  };
  const codes = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const program = Array.from({ length: random(8) }, () => item(3));
    const outcome = await objects.run(program).catch((error: unknown) => error);
    if (outcome instanceof Error) codes.add((outcome as { code?: string }).code ?? outcome.message);
  }
  const known = ['RS_ENCODE', 'RS_UNKNOWN_HANDLE', 'RS_VALIDATION'];
  t.same(
    [...codes].filter((code) => !known.includes(code)),
    [],
    `seed ${seed}`,
  );
  t.equal(await py.import('zoo').kind_of(5), 'int');
});

t.test('as many objects as there may be are lent, and no more', async (t) => {
  const { worker, py } = await startExplorer(t);
  await py.exec('from ringsnake._proxies import lent_objects');
  await py.exec(
    'import gc\nfor o in gc.get_objects():\n  if isinstance(o, lent_objects.LentObjects): o._limit = len(o.by_number) + 3',
  );
  const held: unknown[] = [];
  for (let i = 0; i < 3; i++) held.push(await py.eval('object()'));
  await t.rejects(Promise.resolve(py.eval('object()')), { code: 'RS_TOO_MANY_HANDLES' });
  t.equal(await py.eval('1'), 1, 'values need none');
  py.release(held[0]);
  t.ok(await py.eval('object()'));
  t.equal(worker.state, 'running');
});
