import { EncodeError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { HostServer } from '../support/workbench/workbench.gen.js';
import type { Piece } from '../support/workbench/workbench.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

/** Passes what the compiler would refuse. */
// biome-ignore lint/suspicious/noExplicitAny: wrong types are the point here.
const wrong = (value: unknown): any => value;

const piece: Piece = {
  name: 'plank',
  count: 1,
  weight: 1,
  big: 1n,
  finished: false,
  status: 'done',
  positions: [{ x: 1, y: 2 }],
  bytes: new Uint8Array(1),
  samples: new Float64Array(1),
  parent: null,
};

t.test('an argument of the wrong type is refused where it leaves, with its path', async (t) => {
  const { workbench } = await startWorkbench(t);
  const cases: readonly [Promise<unknown>, string][] = [
    [workbench.add(1, wrong('x')), 'add(b): expected number, got string "x"'],
    [workbench.add(wrong(undefined), 1), 'add(a): expected number, got undefined'],
    [workbench.block(1.5), 'block(milliseconds): expected integer, got number 1.5'],
    [
      workbench.echoPiece(wrong({ ...piece, status: 'lost' })),
      'echoPiece(piece.status): expected "waiting", "running" or "done", got string "lost"',
    ],
    [
      workbench.echoPiece(
        wrong({
          ...piece,
          positions: [
            { x: 1, y: 2 },
            { x: 'a', y: 1 },
          ],
        }),
      ),
      'echoPiece(piece.positions[1].x): expected number, got string "a"',
    ],
    [
      workbench.echoPiece(wrong({ ...piece, parent: 3 })),
      'echoPiece(piece.parent): expected Position, got number 3',
    ],
    [workbench.echoPiece(wrong(null)), 'echoPiece(piece): expected Piece, got null'],
    [workbench.echoBytes(wrong([1, 2])), 'echoBytes(bytes): expected bytes, got array'],
  ];
  for (const [call, message] of cases) await t.rejects(call, { code: 'RS_VALIDATION', message });
  t.throws(() => workbench.sync.add(wrong(null), 1), {
    code: 'RS_VALIDATION',
    message: 'add(a): expected number, got null',
  });
  t.equal(await workbench.add(1, 1), 2, 'the session goes on');
});

t.test('a lone surrogate crosses like any character', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.echoText('a\ud800'), 'a\ud800');
  t.equal((await workbench.loneSurrogate())[0]?.name, 'half \ud83d');
});

t.test('what cannot cross at all is refused with its path', async (t) => {
  const { workbench } = await startWorkbench(t);
  await t.rejects(workbench.echoPiece(wrong({ ...piece, big: 2n ** 40_000n })), EncodeError);
  await t.rejects(workbench.echoPiece(wrong({ ...piece, big: 2n ** 40_000n })), {
    code: 'RS_ENCODE',
    path: 'echoPiece(piece.big)',
  });
  t.equal(await workbench.add(1, 1), 2);
});

t.test(
  'a result that does not fit the interface is refused on the side that made it',
  async (t) => {
    const { workbench } = await startWorkbench(t);
    await t.rejects(workbench.lie(), {
      code: 'RS_VALIDATION',
      path: 'lie()[0].count',
      message: 'lie()[0].count: expected integer, got string "one"',
    });
    t.equal(await workbench.add(1, 1), 2);
  },
);

t.test('Python is told the same about its calls into TypeScript', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.hostMisuse(), 'RS_VALIDATION note(text): expected string, got number 12 (declared at workbench.ts:73)');
});

t.test(
  'a wrong result of a TypeScript handler reaches the Python caller as a ValidationError',
  async (t) => {
    const serves = [new HostServer({ note: () => wrong(7), refuse: () => {} })];
    const { workbench } = await startWorkbench(t, { serves });
    await t.rejects(workbench.callHost(1), {
      code: 'RS_VALIDATION',
      message: 'note(): expected string, got number 7',
    });
  },
);

t.test(
  'a getter that calls the peer while arguments are written is an error, not a mixture',
  async (t) => {
    const { workbench } = await startWorkbench(t);
    const trap = Object.defineProperty({ ...piece }, 'name', {
      get: () => String(workbench.sync.add(1, 2)),
    });
    await t.rejects(workbench.echoPiece(trap as Piece), {
      code: 'RS_ENCODE',
      path: /^echoPiece\(piece\.name/,
    });
    t.equal(await workbench.add(1, 1), 2);
  },
);
