/** Bulk messages: shared without a copy, given back, bounded, and alive as long as somebody looks. Normative: bulk.md. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Bulk, Channel } from 'ringsnake/ring';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { ringPeers, startRingPeer } from '../support/ring-peers.js';

await auditLeaks(t);

const KIB = 1024;

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** Both sides of a channel in this process. */
function pair(t: Teardown, options: Parameters<typeof Channel.create>[0] = {}): [Channel, Channel] {
  const first = Channel.create(options);
  const second = Channel.attach(first.descriptor, options);
  t.teardown(() => {
    second.close();
    first.close();
  });
  return [first, second];
}

const segmentsMapped = (): number =>
  readFileSync('/proc/self/maps', 'utf8').split('memfd:ringsnake').length - 1;

async function lend(channel: Channel, size: number, byte: number): Promise<void> {
  const bulk = await channel.allocate(size);
  bulk.bytes.fill(byte);
  await channel.sendBulk(bulk);
}

t.test('both sides see the same memory, and no byte is copied', async (t) => {
  const [first, second] = pair(t);
  const bulk = await first.allocate(100 * KIB);
  const { bytes } = bulk;
  await first.sendBulk(bulk, 1000);
  const received = (await second.receive()) as Bulk;
  t.equal(received.length, 1000, 'as long as was said');
  bytes[999] = 77;
  t.equal(received.bytes[999], 77, 'the sender can still reach it, and must not');
});

t.test('BULK-6: what was released or sent is not ours any more', async (t) => {
  const [first, second] = pair(t);
  const bulk = await first.allocate(KIB);
  await first.sendBulk(bulk);
  t.throws(() => bulk.bytes, RangeError);
  t.throws(() => first.trySendBulk(bulk), RangeError, 'nor can it be sent twice');
  const received = (await second.receive()) as Bulk;
  t.throws(() => second.trySendBulk(received), RangeError, 'a borrowed one is not ours to send');
  received.release();
  received.release();
  t.throws(() => received.bytes, RangeError);
  t.equal(first.statistics().bulkBytesOutstanding, 0);
});

t.test('BULK-7: a segment that is back serves the next message', async (t) => {
  const [first, second] = pair(t);
  for (let i = 0; i < 1000; i++) {
    await lend(first, 100 * KIB, i & 0xff);
    const received = second.tryReceive() as Bulk;
    if (received.bytes[100 * KIB - 1] !== (i & 0xff)) t.fail(`message ${i}`);
    received.release();
  }
  t.equal(first.statistics().bulkBytes, 128 * KIB, 'one segment did it all');
});

t.test(
  'BULK-7: a sender waits at the limit of bytes, and goes on when one comes back',
  async (t) => {
    const [first, second] = pair(t, { bulkLimit: 512 * KIB });
    for (let i = 0; i < 4; i++) await lend(first, 128 * KIB, i);
    t.equal(first.tryAllocate(1), undefined, 'all is lent');
    let allocated: Bulk | undefined;
    const later = first.allocate(128 * KIB).then((bulk) => {
      allocated = bulk;
    });
    await new Promise(setImmediate);
    t.equal(allocated, undefined);
    (second.tryReceive() as Bulk).release();
    await later;
    t.equal(allocated?.length, 128 * KIB);
    t.throws(() => first.tryAllocate(513 * KIB), RangeError, 'what never fits is an error');
    await t.rejects(first.send(new Uint8Array(5_000_000)), { code: 'RS_MESSAGE_TOO_LARGE' });
  },
);

t.test('BULK-7: idle segments of other sizes make way', async (t) => {
  const [first, second] = pair(t, { bulkLimit: 512 * KIB });
  for (const size of [64, 128, 256, 512, 64, 512]) {
    await lend(first, size * KIB, size & 0xff);
    const received = second.tryReceive() as Bulk;
    t.equal(received.bytes[0], size & 0xff);
    received.release();
  }
  t.equal(first.statistics().bulkBytes, 512 * KIB);
});

t.test('a bulk message that nobody holds any more is given back by the collector', async (t) => {
  const [first, second] = pair(t);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await lend(first, KIB, 1);
  second.tryReceive();
  first.tryAllocate(KIB);
  t.ok(first.statistics().bulkBytesOutstanding > 0);
  await until('collected', () => {
    collect();
    return first.statistics().bulkBytesOutstanding === 0;
  });
});

t.test('closing a channel unmaps its segments on both sides', async (t) => {
  const before = segmentsMapped();
  const [first, second] = pair(t);
  for (let i = 0; i < 10; i++) await lend(first, 64 * KIB, i);
  const received = (await second.receive()) as Bulk;
  t.ok(segmentsMapped() >= before + 11, 'ten here, one there, and the rings');
  const { bytes } = received;
  second.close();
  first.close();
  t.equal(segmentsMapped(), before);
  t.equal(bytes.length, 0, 'views are empty instead of dangling');
});

for (const peer of ringPeers) {
  t.test(
    `${peer.name} keeps bulk messages, and a blocked sender wakes when it releases one`,
    async (t) => {
      const { channel, child, nextLine } = await startRingPeer(t, peer, {
        verb: 'keep',
        argument: 4,
        bulkLimit: 256 * KIB,
      });
      for (let i = 0; i < 4; i++) await lend(channel, 64 * KIB, i);
      t.equal(await nextLine(), 'kept');
      t.equal(channel.tryAllocate(1), undefined);
      const blocked = channel.allocate(64 * KIB);
      child.stdin?.write('\n');
      const bulk = await blocked;
      t.equal(bulk.length, 64 * KIB);
      bulk.release();
    },
  );

  t.test(`BULK-9, ${peer.name}: a borrowed message outlives the death of its lender`, async (t) => {
    const { channel, child, exited } = await startRingPeer(t, peer, { verb: 'echo' });
    await lend(channel, 100 * KIB, 5);
    // What comes back is in a segment of the peer, if it is larger than half a ring; so make it that.
    const large = await channel.receive();
    if (large instanceof Bulk) large.release();
    await lend(channel, 5_000_000, 6);
    const received = (await channel.receive()) as Bulk;
    child.kill('SIGKILL');
    await exited;
    await t.rejects(channel.receive(), { code: 'RS_PEER_DIED' });
    t.ok(
      received.bytes.every((byte) => byte === 6),
      'all of it is there',
    );
    received.release();
  });
}
