/** Answers that are none: a worker that lies harms only itself. */
import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

/** In Python's words. */
const MALFORMED: readonly string[] = [
  ...['[]', '[[]]', '[0, 1, 2, [3]]', '[99]', '["a"]', '[10]', '[10, 0, 1]', '[8, []]'],
  ...['[8, [0, 11, "globalThis.polluted = true", None]]', '[3, [8, [0, 10, "node:fs"]]]'],
  ...['[1]', '[1, 0]', '[1, 1]', '[1, []]', '[1, "constructor"]', '[1, "__proto__"]'],
  ...['[2]', '[2, "a", 0]', '[2, 1.5, 0]', '[2, -1, 4]', '[2, 10**30, 4]', '[2, float("nan"), 5]'],
  ...['[5, 1]', '[5, "__proto__", {"polluted": True}]', '[5, "constructor", {"polluted": True}]'],
  ...['{"__proto__": {"polluted": True}}', '[0, {"__proto__": {"polluted": True}}]', '[7]'],
  ...['[9]', '[9, 5, 6]', '[9, None, "text"]', '[9, {}, [1, 1]]', '[9, None, [9, None, None]]'],
  ...['[9, {"code": 5, "type": "__proto__", "traceback": [], "cause": 7}, None]', '[6, [9]]'],
];

const HOSTILE = `
import asyncio
from ringsnake._proxies.answer import Answer
class Hostile:
    answer = None
    def __getattr__(self, name):
        return later(self.answer) if name == 'late' else Answer(self.answer)
    def __iter__(self): return self
    def __next__(self): return Answer(self.answer)
async def later(answer):
    await asyncio.sleep(0.02)
    return Answer(answer)
hostile = Hostile()
`;

t.test('whatever a worker answers, it is a value or an error', async (t) => {
  const { worker, py } = await startExplorer(t);
  await py.exec(HOSTILE);
  const hostile = await py.eval('hostile');
  const blocking = py.sync.of(hostile);
  const impatient = py.withOptions({ timeout: 1 });
  const isFine = (caught: unknown) => caught instanceof Error && 'code' in caught;
  const late: Promise<unknown>[] = [];
  for (const answer of MALFORMED) {
    await py.exec(`hostile.answer = ${answer}`);
    const uses: readonly (() => unknown)[] = [
      () => hostile.now,
      () => blocking.now,
      async () => {
        for await (const _ of hostile) break;
      },
      () => [...blocking.now],
    ];
    for (const use of uses)
      await Promise.resolve()
        .then(use)
        .catch((error: unknown) =>
          t.ok(isFine(error) || error instanceof TypeError, `${answer}: ${String(error)}`),
        );
    late.push(Promise.resolve(impatient.get(hostile, 'late')).catch(() => null));
  }
  await Promise.all(late);
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
  t.equal((globalThis as { polluted?: boolean }).polluted, undefined);
  t.equal(await py.import('zoo').kind_of(5), 'int', 'it goes on');
  t.equal(worker.state, 'running');
});
