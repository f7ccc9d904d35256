import { release } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import type { Piece } from '../support/workbench/workbench.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const piece: Piece = {
  name: 'Zoë 🐍',
  count: -(2 ** 53 - 1),
  weight: -0,
  big: -(2n ** 200n),
  finished: true,
  status: 'running',
  positions: [
    { x: Number.NaN, y: Number.POSITIVE_INFINITY, label: '' },
    { x: 0.1, y: 5e-324 },
  ],
  bytes: new Uint8Array([0, 255, 128]),
  samples: new Float64Array([1.5, Number.NaN, -0]),
  parent: null,
};

t.test('a call answers, awaited or blocking, from def and from async def', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.add(1, 2), 3);
  t.equal(workbench.sync.add(0.1, 0.2), 0.1 + 0.2);
  t.equal(await workbench.addLater(2, 3), 5);
  t.equal(workbench.sync.addLater(3, 4), 7);
  t.equal(await workbench.nothing(), undefined);
  t.equal(workbench.sync.nothing(), undefined);
});

t.test('every kind of field comes back exactly', async (t) => {
  const { workbench } = await startWorkbench(t);
  for (const sent of [
    piece,
    { ...piece, note: 'n', mark: null, parent: { x: 1, y: 2 } },
    { ...piece, mark: 7 },
  ]) {
    const received = await workbench.echoPiece(sent);
    t.strictSame(received, sent);
    t.ok(Object.is(received.weight, -0));
    t.equal('note' in received, 'note' in sent, 'absent stays absent');
    t.equal('mark' in received, 'mark' in sent);
    t.strictSame(workbench.sync.echoPiece(sent), sent);
  }
  t.strictSame(await workbench.echoBytes(new Uint8Array(0)), new Uint8Array(0));
  t.equal(await workbench.sum(Float64Array.from({ length: 1000 }, (_, i) => i)), 499_500);
});

t.test('an optional parameter may be left out', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.echoText('a'), 'a');
  t.equal(await workbench.echoText('a', ''), 'a');
  t.equal(await workbench.echoText('a', 'b'), 'ab');
});

t.test('a thousand calls in flight are answered once each, with their own answers', async (t) => {
  const { workbench } = await startWorkbench(t);
  const sums = await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      i % 2 === 0 ? workbench.add(i, 0.5) : workbench.addLater(i, 0.5),
    ),
  );
  t.strictSame(
    sums,
    Array.from({ length: 1000 }, (_, i) => i + 0.5),
  );
});

t.test('Python calls TypeScript, also while TypeScript is blocked in a call', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.callHost(3), 'NOTE 0,NOTE 1,NOTE 2');
  t.equal(workbench.sync.callHost(2), 'NOTE 0,NOTE 1');
});

t.test('a message may fill half the ring, and a larger one crosses all the same', async (t) => {
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
  // Frame header, array head, binary head: what stands around the bytes of a call. An answer has no array head.
  const largest = 65536 / 2 - 8 - 16 - 1 - 3;
  for (const length of [largest, largest + 1, 65536, 1 << 20]) {
    const data = Uint8Array.from({ length }, (_, i) => i & 0xff);
    for (const answer of [await workbench.echoBytes(data), workbench.sync.echoBytes(data)]) {
      t.strictSame(answer, data, `${length} bytes`);
      release(answer);
    }
  }
});

t.test('calls and answers of all sizes keep their order', async (t) => {
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
  const sizes = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? 100_000 : 50) + i);
  const answers = await Promise.all(sizes.map((size) => workbench.echoBytes(new Uint8Array(size))));
  t.same(
    answers.map(({ length }) => length),
    sizes,
  );
  for (const answer of answers) release(answer);
});
