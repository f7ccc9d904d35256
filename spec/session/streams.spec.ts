import t from 'tap';
import { collectUntil } from '../support/collector.js';
import { auditLeaks } from '../support/leaks.js';
import { hostTicker } from '../support/ticker/serve.js';
import { collected, eventually, startTicker, upTo } from '../support/ticker/start.js';
import { MirrorClient, type TickerClient } from '../support/ticker/ticker.gen.js';

await auditLeaks(t);

const KINDS = ['async', 'waiting', 'generator', 'list', 'coroutine'] as const;

t.test('every kind of source arrives whole and in order', async (t) => {
  const { ticker } = await startTicker(t);
  for (const kind of KINDS) {
    t.same(await collected(ticker.count(3000, kind)), upTo(3000), kind);
    t.same(await collected(ticker.count(0, kind)), [], `${kind}, empty`);
  }
});

t.test('records arrive as they were when they were produced', async (t) => {
  const { ticker } = await startTicker(t);
  t.same(await collected(ticker.records(2)), [
    { at: 0, name: 'tick 0', note: 'even' },
    { at: 1, name: 'tick 1', note: null },
  ]);
  const reused = await collected(ticker.reused(500));
  t.same(
    reused.map(({ at, name }) => `${at} ${name}`),
    upTo(500).map((i) => `${i} ${i}`),
    'though the producer changed the same object',
  );
});

t.test('an error comes after the items that were produced before it', async (t) => {
  const { ticker } = await startTicker(t);
  const items: number[] = [];
  await t.rejects(
    (async () => {
      for await (const item of ticker.failing(3)) items.push(item);
    })(),
    { code: 'RS_REMOTE', type: 'ValueError', remoteMessage: 'no more than 3' },
  );
  t.same(items, [0, 1, 2]);
  const lying = ticker.lying(2);
  t.same([await lying.next(), await lying.next()], [yielded(0), yielded(1)]);
  await t.rejects(lying.next(), { code: 'RS_VALIDATION', message: /expected number/ });
  t.same(await lying.next(), { done: true, value: undefined }, 'and then it is over');
});

t.test('a call that brings no stream fails with its first item', async (t) => {
  const { ticker } = await startTicker(t);
  await t.rejects(ticker.refuse().next(), { message: /no stream today/, type: 'LookupError' });
  await t.rejects(ticker.count('three' as never, 'list').next(), {
    code: 'RS_VALIDATION',
    message: /count\(count\): expected integer/,
  });
});

t.test('who leaves the loop stops the producer, whose finally block runs', async (t) => {
  const { ticker } = await startTicker(t);
  for await (const item of ticker.endless()) if (item === 10) break;
  await eventually('the finally block after break', () => ticker.finished());
  const returned = ticker.endless();
  await returned.next();
  await returned.return();
  t.same(await returned.next(), { done: true, value: undefined });
  await eventually('the finally block after return()', () => ticker.finished());
  const generator = ticker.count(1_000_000, 'generator');
  await generator.next();
  await generator.return();
  await eventually('the finally block of a generator that never waits', () => ticker.finished());
});

t.test('a stream that is never opened can be given up', async (t) => {
  const { ticker } = await startTicker(t);
  const never = ticker.never();
  const asked = never.next();
  await ticker.add(1, 1);
  await never.return();
  t.same(await asked, { done: true, value: undefined });
  await eventually('the cancelled handler', () => ticker.finished());
});

t.test('a stream that nobody can reach any more is stopped', async (t) => {
  const { ticker } = await startTicker(t);
  await (async () => void (await ticker.endless().next()))();
  await collectUntil('the finally block of a forgotten stream', () => ticker.finished());
});

t.test('an abort signal and a timeout end a stream that has begun', async (t) => {
  const { ticker } = await startTicker(t);
  const controller = new AbortController();
  const limited = ticker.withOptions({ signal: controller.signal }).endless();
  await limited.next();
  controller.abort(new Error('enough'));
  await t.rejects(drain(limited), { message: 'enough' });
  await eventually('the finally block after abort', () => ticker.finished());
  await t.rejects(drain(ticker.withOptions({ timeout: 50 }).endless()), {
    code: 'RS_CALL_TIMEOUT',
  });
  await eventually('the finally block after the timeout', () => ticker.finished());
});

t.test('a producer is never more than a window ahead of its consumer', async (t) => {
  const { ticker } = await startTicker(t);
  const stream = ticker.count(100_000, 'generator');
  t.same(await stream.next(), yielded(0));
  const ahead = await settled(() => ticker.produced());
  t.ok(ahead >= 512 && ahead <= 1024, `${ahead} items`);
  t.equal((await collected(stream)).length, 99_999);
  const large = ticker.chunks(100, 1 << 20);
  await large.next();
  const chunks = await settled(() => ticker.produced());
  t.ok(chunks <= 3, `${chunks} chunks of 1 MiB`);
  await large.return();
});

t.test('large items arrive by reference, whole and in order', async (t) => {
  const { ticker } = await startTicker(t);
  let count = 0;
  for await (const chunk of ticker.chunks(20, 1 << 20)) {
    t.equal(chunk.length, 1 << 20);
    t.equal(chunk[12345], count++);
  }
  t.equal(count, 20);
});

t.test('streams can be parameters, of every kind of source', async (t) => {
  const { ticker } = await startTicker(t);
  t.equal(await ticker.sum([1, 2, 3.5]), 6.5);
  t.equal(await ticker.sum(upTo(3000).values()), 4498500);
  t.equal(await ticker.sum(asynchronous(3000)), 4498500);
  t.equal(await ticker.sum(new Set([1, 2]), asynchronous(3)), 6);
  t.equal(await ticker.sum([]), 0);
  t.same(
    await collected(ticker.double(asynchronous(2500))),
    upTo(2500).map((i) => 2 * i),
  );
  const ticks = upTo(2500).map((at) => ({ at, name: `${at}` }));
  t.same(await collected(ticker.back(ticks)), ticks, 'a stream passed back');
  await t.rejects(ticker.sum(5 as never), {
    code: 'RS_VALIDATION',
    message: /sum\(values\): expected stream/,
  });
});

t.test('a handler that leaves its loop stops the producer here', async (t) => {
  const { ticker } = await startTicker(t);
  const source = counted();
  t.same(await ticker.takeSome(source.items(), 3), [0, 1, 2]);
  await eventually('the finally block of the parameter', () => source.isFinished);
  let isReturned = false;
  const ignored: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => ignored,
    next: async () => ({ done: false, value: 1 }),
    return: async () => {
      isReturned = true;
      return { done: true, value: undefined };
    },
  };
  await ticker.ignore(ignored);
  await eventually('return() of one that the handler did not look at', () => isReturned);
});

t.test('a parameter is never more than a window ahead of its handler', async (t) => {
  const { ticker } = await startTicker(t);
  const source = counted();
  t.equal(await ticker.hold(source.items()), 0);
  const ahead = await settled(async () => source.produced);
  t.ok(ahead >= 512 && ahead <= 1025, `${ahead} items`);
  t.equal(await ticker.add(1, 2), 3, 'and other calls go on');
  await ticker.letGo();
  await eventually('the finally block when the handler lets go', () => source.isFinished);
});

t.test('an error in a parameter reaches the handler, and its caller', async (t) => {
  const { ticker } = await startTicker(t);
  await t.rejects(ticker.sum(failing()), { type: 'RemoteError', message: /out of numbers/ });
  await t.rejects(ticker.sum(['one'] as never), { message: /expected number/ });
});

t.test('a thousand stalled streams hold up nobody', async (t) => {
  const { ticker } = await startTicker(t);
  const stalled = upTo(1000).map(() => ticker.count(5000, 'async'));
  await Promise.all(stalled.map((stream) => stream.next()));
  t.equal(await ticker.add(1, 2), 3);
  t.same(await collected(ticker.count(3000, 'waiting')), upTo(3000));
  t.equal((await collected(stalled[500] as ReturnType<TickerClient['count']>)).length, 4999);
  await Promise.all(stalled.map((stream) => stream.return()));
  t.equal(await ticker.add(2, 2), 4);
});

t.test('blocking clients iterate', async (t) => {
  const { ticker } = await startTicker(t);
  for (const kind of KINDS) t.same([...ticker.sync.count(3000, kind)], upTo(3000), kind);
  for (const item of ticker.sync.endless()) if (item === 5) break;
  await eventually('the finally block after break', () => ticker.finished());
  t.throws(() => [...ticker.sync.failing(2)], { message: /no more than 2/, type: 'ValueError' });
  t.equal(ticker.sync.sum(upTo(3000)), 4498500, 'and give iterables');
  t.throws(() => ticker.sync.sum(asynchronous(3)), { code: 'RS_DEADLOCK' });
  t.equal(ticker.sync.sum([1, 2]), 3, 'and what was refused leaves nothing behind');
});

const scenarios: readonly (readonly [scenario: string, expected: string])[] = [
  ['order', 'async True, waiting True, generator True, list True, coroutine True'],
  ['empty', '[]'],
  ['records', "[(0, 'tick 0', 'even'), (1, 'tick 1', None), (2, 'tick 2', 'even')]"],
  ['reused', 'True'],
  ['failing', '[0.0, 1.0, 2.0] RangeError: RangeError: no more than 3'],
  ['refused', 'RangeError: RangeError: no stream today'],
  ['broken', 'True'],
  ['closed', 'True []'],
  ['cancelled', 'True'],
  ['dropped', 'True'],
  ['timeout', 'RS_CALL_TIMEOUT True'],
  ['ahead', '0 True 99999'],
  ['parameters', '11.0 1999000.0 [0.0, 2.0, 4.0, 6.0, 8.0]'],
  ['back', 'True'],
  ['given up', '[1, 1, 1]'],
  ['wrong', 'sum(values): expected stream, got number 5 (declared at ticker.ts:32)'],
  ['blocking', 'True 6.0 True'],
];

for (const [scenario, expected] of scenarios) {
  t.test(`Python reads the streams of Node.js: ${scenario}`, async (t) => {
    const { worker } = await startTicker(t, { serves: [hostTicker()] });
    t.equal(await worker.client(MirrorClient).run(scenario), expected);
  });
}

function yielded<T>(value: T): IteratorResult<T> {
  return { done: false, value };
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

async function* asynchronous(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function* failing(): AsyncGenerator<number> {
  yield 1;
  throw new Error('out of numbers');
}

/** An endless source that tells how far it has come. */
function counted() {
  const state = {
    produced: 0,
    isFinished: false,
    async *items(): AsyncGenerator<number> {
      try {
        while (true) yield state.produced++;
      } finally {
        state.isFinished = true;
      }
    },
  };
  return state;
}

/** What a number has become when it changes no more. */
async function settled(read: () => Promise<number>): Promise<number> {
  let last = -1;
  let same = 0;
  await eventually('a number that changes no more', async () => {
    const now = await read();
    same = now === last ? same + 1 : 0;
    last = now;
    return same > 20;
  });
  return last;
}
