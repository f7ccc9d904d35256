/** Messages through a public channel, to either runtime: whole, once, in order. */
import { Bulk, Channel, type Message } from 'ringsnake/ring';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { ringPeers, startRingPeer } from '../support/ring-peers.js';

await auditLeaks(t);

const CAPACITY = 65_536;
const LARGEST = CAPACITY / 2 - 8;

const text = (message: Message | undefined): string =>
  Buffer.from(message instanceof Bulk ? message.bytes : (message as Uint8Array)).toString();

function patterned(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);
}

/** Both sides of a channel, here. */
function pair(t: { teardown(action: () => unknown): unknown }): {
  channel: Channel;
  peer: Channel;
} {
  const channel = Channel.create({ ringCapacity: CAPACITY });
  const peer = Channel.attach(channel.descriptor);
  t.teardown(() => {
    peer.close();
    channel.close();
  });
  return { channel, peer };
}

for (const peer of ringPeers) {
  for (const verb of ['echo', 'echo-blocking', 'echo-in-place']) {
    t.test(`${peer.name}, ${verb}: messages of every size come back as they were`, async (t) => {
      const { channel } = await startRingPeer(t, peer, { verb, ringCapacity: CAPACITY });
      for (const length of [0, 1, 7, 8, 9, 63, 64, 4096, LARGEST - 1, LARGEST]) {
        const sent = patterned(length, length);
        await channel.send(sent);
        t.same(await channel.receive(), sent, `${length} bytes`);
      }
      const { recordsSent, recordsReceived, sliceExpired } = channel.statistics();
      t.same([recordsSent, recordsReceived, sliceExpired], [10, 10, 0]);
    });
  }

  t.test(`${peer.name}: one byte more than half a ring arrives by reference`, async (t) => {
    const { channel } = await startRingPeer(t, peer, { verb: 'echo', ringCapacity: CAPACITY });
    for (const length of [LARGEST + 1, 1_000_000]) {
      const sent = patterned(length, 3);
      await channel.send(sent);
      const message = await channel.receive();
      t.ok(message instanceof Bulk, 'a bulk message');
      t.equal(Buffer.compare((message as Bulk).bytes, sent), 0, `${length} bytes`);
      (message as Bulk).release();
    }
  });

  t.test(`${peer.name}: blocking calls, and calls in the event loop, mix`, async (t) => {
    const { channel } = await startRingPeer(t, peer, { verb: 'echo' });
    channel.sendSync(Buffer.from('a'));
    t.equal(text(await channel.receive()), 'a');
    await channel.send(Buffer.from('b'));
    t.equal(text(channel.receiveSync()), 'b');
    t.equal(channel.receiveSync({ timeout: 5 }), undefined, 'the time is up');
    t.equal(channel.tryReceive(), undefined);
  });

  for (const verb of ['echo', 'echo-in-place']) {
    t.test(`${peer.name}, ${verb}: a batch is written and read in place, in order`, async (t) => {
      const { channel } = await startRingPeer(t, peer, { verb, ringCapacity: CAPACITY });
      const count = 20_000;
      let written = 0;
      let seen = 0;
      const bytes = new Uint8Array(12);
      const view = new DataView(bytes.buffer);
      while (seen < count) {
        while (written < count) {
          view.setUint32(0, written, true);
          if (!channel.producer.write(bytes.subarray(0, 4 + (written % 9)))) break;
          written++;
        }
        channel.producer.flush();
        t.ok(await channel.readable());
        channel.consumer.read((from, offset, length) => {
          const number = new DataView(from.buffer, from.byteOffset + offset).getUint32(0, true);
          if (number !== seen || length !== 4 + (number % 9))
            t.fail(`${number} instead of ${seen}`);
          seen++;
        });
      }
      t.equal(seen, count);
    });
  }

  t.test(`${peer.name}: both sides send into full rings and neither stops`, async (t) => {
    const { channel } = await startRingPeer(t, peer, {
      verb: 'echo-blocking',
      ringCapacity: CAPACITY,
    });
    const sent = patterned(10_000, 1);
    for (let i = 0; i < 500; i++) {
      sent[0] = i & 0xff;
      channel.sendSync(sent, { timeout: 20_000 });
    }
    for (let i = 0; i < 500; i++) {
      const message = channel.receiveSync({ timeout: 20_000 }) as Uint8Array;
      if (message.length !== sent.length || message[0] !== (i & 0xff)) t.fail(`message ${i}`);
    }
    t.ok(channel.statistics().fullRings > 0, 'the ring was full at times');
  });
}

t.test('trySend refuses in a full ring, and send resolves when there is room again', async (t) => {
  const { channel, peer } = pair(t);
  const message = new Uint8Array(10_000);
  let sent = 0;
  while (channel.trySend(message)) sent++;
  t.ok(sent >= 5, 'several fit');
  t.throws(() => channel.sendSync(message, { timeout: 1 }), { code: 'RS_BACKPRESSURE' });
  let resolved = false;
  const later = channel.send(message).then(() => {
    resolved = true;
  });
  t.notOk(channel.trySend(new Uint8Array(1)), 'nothing overtakes');
  await new Promise(setImmediate);
  t.notOk(resolved);
  for (let i = 0; i < sent; i++) t.ok(peer.tryReceive());
  await later;
  t.equal((peer.tryReceive() as Uint8Array).length, 10_000);
});

t.test('messages that nobody waits for leave the event loop asleep', async (t) => {
  const { channel, peer } = pair(t);
  const first = peer.receive();
  channel.trySend(Buffer.from('first'));
  t.equal(text(await first), 'first', 'it listens');
  for (let i = 0; i < 600; i++) channel.trySend(Buffer.from(`${i}`));
  await new Promise(setImmediate);
  const before = process.cpuUsage();
  // Nothing is awaited: this is the time over which the loop has to have slept. How busy the machine is does not count.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { user, system } = process.cpuUsage(before);
  t.ok(user + system < 50_000, `the loop ran for ${user + system} µs`);
  for (let i = 0; i < 600; i++) t.equal(text(await peer.receive()), `${i}`);
});

t.test('what was written goes out as soon as its side waits', async (t) => {
  const { channel, peer } = pair(t);
  const question = Buffer.from('question');
  channel.producer.write(question);
  t.equal(peer.tryReceive(), undefined, 'not yet');
  t.equal(channel.receiveSync({ timeout: 0 }), undefined);
  t.equal(text(peer.tryReceive()), 'question', 'a blocking wait');
  const answer = channel.receive();
  channel.producer.write(question);
  t.equal(text(await peer.receive()), 'question', 'the event loop');
  peer.trySend(Buffer.from('answer'));
  t.equal(text(await answer), 'answer');
  channel.producer.write(Buffer.from('one'));
  channel.trySend(Buffer.from('two'));
  t.same([text(peer.tryReceive()), text(peer.tryReceive())], ['one', 'two'], 'a message after it');
});

t.test('room that was kept back is given when the event loop sleeps', async (t) => {
  const { channel, peer } = pair(t);
  const first = peer.receive();
  channel.trySend(Buffer.from('first'));
  await first;
  channel.trySend(Buffer.from('second'));
  t.equal(text(peer.tryReceive()), 'second');
  const least = new Uint8Array(1);
  while (channel.trySend(least));
  // A timer that is due already goes off before the loop sleeps.
  let sent = false;
  for (let i = 0; i < 100 && !sent; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    sent = channel.trySend(least);
  }
  t.ok(sent, 'there is room again, though nothing was received since');
});

t.test('a message claimed in place crosses when committed, and not when aborted', async (t) => {
  const channel = Channel.create({ ringCapacity: CAPACITY });
  const peer = Channel.attach(channel.descriptor);
  t.teardown(() => {
    peer.close();
    channel.close();
  });
  channel.producer.tryClaim(8)?.fill(1);
  channel.producer.abort();
  const claim = channel.producer.tryClaim(8) as Uint8Array;
  claim.fill(2);
  channel.producer.commit(5);
  t.same(peer.tryReceive(), new Uint8Array(5).fill(2));
  t.equal(peer.tryReceive(), undefined);
  t.throws(() => channel.producer.commit(0), RangeError, 'no claim is open');
  t.ok(channel.producer.tryClaim(8));
  for (const length of [9, 70_000, -1, 0.5, Number.NaN])
    t.throws(() => channel.producer.commit(length), RangeError, `${length} bytes of 8`);
  for (const send of [
    () => channel.producer.tryClaim(1),
    () => channel.producer.write(new Uint8Array(1)),
    () => channel.trySend(new Uint8Array(1)),
    () => channel.trySend(new Uint8Array(LARGEST + 1)),
  ])
    t.throws(send, { message: /a claim is open/ });
  channel.producer.abort();
  t.equal(peer.tryReceive(), undefined, 'nothing was sent');
  t.throws(() => channel.producer.tryClaim(LARGEST + 1), RangeError);
  t.throws(() => channel.producer.write(new Uint8Array(LARGEST + 1)), RangeError);
});

t.test('what a visitor throws is thrown, and its message counts as read', async (t) => {
  const channel = Channel.create();
  const peer = Channel.attach(channel.descriptor);
  t.teardown(() => {
    peer.close();
    channel.close();
  });
  for (const byte of [1, 2, 3]) channel.trySend(Uint8Array.of(byte));
  const seen: number[] = [];
  const visit = (bytes: Uint8Array, offset: number): void => {
    seen.push(bytes[offset] as number);
    if (seen.length === 2) throw new Error('enough');
  };
  t.throws(() => peer.consumer.read(visit), { message: 'enough' });
  t.equal(peer.consumer.read(visit), 1);
  t.same(seen, [1, 2, 3]);
});

t.test('RING-13: both sides await room, nobody receives, and neither stops', async (t) => {
  const channel = Channel.create({ ringCapacity: CAPACITY });
  const peer = Channel.attach(channel.descriptor);
  t.teardown(() => {
    peer.close();
    channel.close();
  });
  const count = 50;
  const talk = async (side: Channel): Promise<number[]> => {
    for (let i = 0; i < count; i++) await side.send(new Uint8Array(10_000).fill(i));
    const seen: number[] = [];
    // What was kept meanwhile comes first, however it is read.
    for (let i = 0; i < 10; i++) seen.push(((await side.receive()) as Uint8Array)[9_999] as number);
    while (seen.length < count) {
      await side.readable();
      side.consumer.read((bytes, offset) => seen.push(bytes[offset] as number));
    }
    return seen;
  };
  const all = Array.from({ length: count }, (_, i) => i);
  t.same(await Promise.all([talk(channel), talk(peer)]), [all, all]);
});

t.test('messages without end leave the event loop its turns', async (t) => {
  const channel = Channel.create({ ringCapacity: CAPACITY });
  const peer = Channel.attach(channel.descriptor);
  t.teardown(() => {
    peer.close();
    channel.close();
  });
  let turns = 0;
  const countTurns = (): void => {
    turns++;
    if (turns < 5) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  let received = 0;
  for (; turns < 5 && received < 100_000; received++) {
    channel.trySend(Uint8Array.of(1));
    await peer.receive();
  }
  t.equal(turns, 5, `after ${received} messages`);
});
