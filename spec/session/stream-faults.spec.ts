import type { ProtocolError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { collected, eventually, startTicker, upTo } from '../support/ticker/start.js';
import type { TickerClient } from '../support/ticker/ticker.gen.js';
import { fixtureModule } from '../support/workers.js';

await auditLeaks(t);

const misbehaving = fixtureModule('misbehaving_streams.py');

t.test(
  'a worker that is killed mid-stream: what has arrived is read, then the error',
  async (t) => {
    const { worker, ticker } = await startTicker(t);
    const stream = ticker.count(100_000, 'generator');
    t.equal((await stream.next()).value, 0);
    await eventually('a full window', async () => (await ticker.produced()) === 1024);
    process.kill(worker.pid, 'SIGKILL');
    await ended(ticker);
    const items: number[] = [];
    await t.rejects(
      (async () => {
        for await (const item of stream) items.push(item);
      })(),
      { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' },
    );
    t.same(items, upTo(1024).slice(1));
    t.same(await stream.next(), { done: true, value: undefined });
  },
);

t.test('a worker that is killed ends the streams that it was given', async (t) => {
  const { worker, ticker } = await startTicker(t);
  let isFinished = false;
  const endless = async function* (): AsyncGenerator<number> {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      isFinished = true;
    }
  };
  await ticker.hold(endless());
  const waiting = ticker.endless();
  const summed = ticker.sum(endless());
  const waited = (async () => {
    for await (const _ of waiting);
  })();
  process.kill(worker.pid, 'SIGKILL');
  await t.rejects(summed, { code: 'RS_WORKER_EXITED' });
  await t.rejects(waited, { code: 'RS_WORKER_EXITED' });
  await eventually('the finally block of the parameter', () => isFinished);
});

t.test('closing the worker ends its streams', async (t) => {
  const { worker, ticker } = await startTicker(t);
  const stream = ticker.endless();
  await stream.next();
  worker.destroy();
  await t.rejects(collected(stream), { code: 'RS_SESSION_CLOSED' });
});

t.test('items without credit end the session', async (t) => {
  const { ticker } = await startTicker(t, { module: misbehaving });
  const stream = ticker.failing(5);
  await stream.next();
  await ended(ticker);
  await t.rejects(collected(stream), { code: 'RS_PROTOCOL', message: /without credit/ });
  await t.rejects(ticker.produced(), { code: 'RS_PROTOCOL' });
});

t.test('items that are more than they cost end the session', async (t) => {
  const { ticker } = await startTicker(t, { module: misbehaving });
  await t.rejects(collected(ticker.lying(3)), {
    code: 'RS_PROTOCOL',
    message: /10 items .* 3 units/,
  });
});

t.test('frames of streams that are not open are reported and dropped', async (t) => {
  const reported: ProtocolError[] = [];
  const { ticker } = await startTicker(t, {
    module: misbehaving,
    onProtocolError: (error) => reported.push(error),
  });
  t.equal(await ticker.add(1, 2), 3);
  t.match(reported, [
    { code: 'RS_UNKNOWN_STREAM', message: /items of stream 4242/ },
    { code: 'RS_UNKNOWN_STREAM', message: /an end of stream 4243/ },
  ]);
  t.same(await collected(ticker.endless()), [1], 'an end that comes twice');
  await eventually('the report', () => reported.length === 3);
  t.match(reported[2], { message: /an end of stream 1,/ });
  t.ok(await ticker.finished(), 'and Python logs them');
});

/** Waits until no call is answered any more. */
async function ended(ticker: TickerClient): Promise<void> {
  const isEnded = (): Promise<boolean> =>
    ticker.produced().then(
      () => false,
      () => true,
    );
  await eventually('the end of the session', isEnded);
}
