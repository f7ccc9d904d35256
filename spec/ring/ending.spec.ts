/** How a channel ends: in order, by a death, and what is left behind. Normative: ring.md §6. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Channel, type Message } from 'ringsnake/ring';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { pythonEnvironment } from '../support/python.js';
import { ringPeers, startRingPeer } from '../support/ring-peers.js';
import { root } from '../support/root.js';

await auditLeaks(t);

/** Bytes in a ring of 64 KiB: all of what a peer sent can lie there when it ends. */
const COUNT = 1000;
/** Longer than any healthy machine takes. */
const BOUND_MS = 10_000;

const numberOf = (message: Message): number => Buffer.from(message as Uint8Array).readUInt32LE(0);

function drainSync(channel: Channel): { numbers: number; code: string } {
  for (let numbers = 0; ; numbers++) {
    try {
      const message = channel.receiveSync({ timeout: BOUND_MS });
      if (message === undefined || numberOf(message) !== numbers)
        return { numbers, code: 'out of order' };
    } catch (error) {
      return { numbers, code: (error as { code: string }).code };
    }
  }
}

for (const peer of ringPeers) {
  for (const [verb, code] of [
    ['count', 'RS_CHANNEL_CLOSED'],
    ['die', 'RS_PEER_DIED'],
  ] as const) {
    t.test(
      `RING-14, ${peer.name}, ${verb}: a blocked side receives all, then learns of the end`,
      async (t) => {
        const { channel } = await startRingPeer(t, peer, { verb, argument: COUNT });
        t.same(drainSync(channel), { numbers: COUNT, code });
      },
    );

    t.test(
      `RING-14, ${peer.name}, ${verb}: an event loop receives all, then learns of the end`,
      async (t) => {
        const { channel } = await startRingPeer(t, peer, { verb, argument: COUNT });
        for (let i = 0; i < COUNT; i++) {
          const message = await channel.receive();
          if (numberOf(message) !== i) t.fail(`${numberOf(message)} instead of ${i}`);
        }
        await t.rejects(channel.receive(), { code });
        t.equal(await channel.readable().catch(() => false), false);
      },
    );
  }

  t.test(`RING-18, ${peer.name}: a death ends both kinds of sleep`, async (t) => {
    const waiting = await startRingPeer(t, peer, { verb: 'hold' });
    const received = waiting.channel.receive();
    waiting.child.kill('SIGKILL');
    await t.rejects(received, { code: 'RS_PEER_DIED' });
    const blocked = await startRingPeer(t, peer, { verb: 'hold' });
    blocked.child.kill('SIGKILL');
    t.throws(() => blocked.channel.receiveSync(), { code: 'RS_PEER_DIED' });
  });

  t.test(`${peer.name}: a blocked sender learns of a death, too`, async (t) => {
    const { channel, child } = await startRingPeer(t, peer, { verb: 'hold', ringCapacity: 65_536 });
    while (channel.trySend(new Uint8Array(30_000)));
    const sent = channel.send(new Uint8Array(30_000));
    child.kill('SIGKILL');
    await t.rejects(sent, { code: 'RS_PEER_DIED' });
    t.throws(() => channel.sendSync(new Uint8Array(30_000)), { code: 'RS_PEER_DIED' });
  });

  t.test(
    `${peer.name}: a sender learns of a death though messages of the dead lie unread`,
    async (t) => {
      const { channel, exited } = await startRingPeer(t, peer, {
        verb: 'die',
        argument: COUNT,
        ringCapacity: 65_536,
      });
      while (channel.trySend(new Uint8Array(30_000)));
      await t.rejects(channel.send(new Uint8Array(30_000)), { code: 'RS_PEER_DIED' });
      await exited;
      t.same(drainSync(channel), { numbers: COUNT, code: 'RS_PEER_DIED' });
    },
  );

  t.test(`RING-20, ${peer.name}: closing tells the peer, which ends in order`, async (t) => {
    for (const verb of ['echo', 'echo-blocking']) {
      const { channel, exited } = await startRingPeer(t, peer, { verb });
      channel.close();
      t.same(await exited, [0, null], verb);
      t.throws(() => channel.trySend(new Uint8Array(1)), { code: 'RS_CHANNEL_CLOSED' });
      await t.rejects(channel.receive(), { code: 'RS_CHANNEL_CLOSED' });
    }
  });

  t.test(`${peer.name}: nothing is left of channels, however they ended`, async (t) => {
    await auditLeaks(t);
    for (const verb of ['count', 'die', 'hold']) {
      const { channel, child } = await startRingPeer(t, peer, { verb, argument: 3 });
      if (verb === 'hold') child.kill('SIGKILL');
      await channel.receive().catch(() => {});
    }
  });
}

t.test('a peer that ends before it attached ends the wait for it', async (t) => {
  const channel = Channel.create();
  spawnSync('true', { stdio: ['ignore', 'ignore', 'ignore', channel.descriptor] });
  channel.closeDescriptor();
  t.throws(() => channel.receiveSync({ timeout: BOUND_MS }), { code: 'RS_PEER_DIED' });
  await t.rejects(channel.receive(), { code: 'RS_PEER_DIED' });
  channel.close();
});

t.test('a pending receive keeps the process alive, an idle channel does not', async (t) => {
  const program = join(root, 'dist', 'spec', 'support', 'programs', 'idle-channel.js');
  const { status, stdout } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    timeout: BOUND_MS,
    env: pythonEnvironment(),
  });
  t.equal(status, 0, 'it ended by itself');
  t.equal(stdout, 'received\n');
});

t.test('threads of one process hold a channel, and end in the middle of traffic', async (t) => {
  await auditLeaks(t);
  for (let round = 0; round < 10; round++) {
    const channel = Channel.create({ ringCapacity: 65_536 });
    const thread = new Worker(join(root, 'dist', 'spec', 'support', 'programs', 'ring-thread.js'), {
      workerData: channel.descriptor,
      // Not those of the test runner, which take a second.
      execArgv: [],
    });
    for (let i = 0; i < 200; i++) {
      await channel.send(Uint8Array.of(i));
      t.same(await channel.receive(), Uint8Array.of(i));
    }
    // Its environment closes the channel while it is torn down.
    const ended = t.rejects(channel.receive(), { code: 'RS_CHANNEL_CLOSED' });
    await thread.terminate();
    await ended;
    channel.close();
  }
});
