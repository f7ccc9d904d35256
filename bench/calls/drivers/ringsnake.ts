import { join } from 'node:path';
import { type EmbedOptions, embed, release, spawn, type Worker } from 'ringsnake';
import { peers } from '../../folder.js';
import { RallyClient } from '../../peers/rally.gen.js';
import type { Connection, Driver, Start } from './driver.js';

/** What everybody else is compared with: Python in a process of its own. */
export const ringsnake: Driver = (start) => connect(start, spawn);

/** The same on a thread of this process. */
export const embedded: Driver = (start) => connect(start, embed);

async function connect(
  { python }: Start,
  start: (options: EmbedOptions) => Promise<Worker>,
): Promise<Connection> {
  const options = {
    module: join(peers, 'rally_peer.py'),
    python,
  };
  const worker = await start(options);
  const client = worker.client(RallyClient);
  let copying: { worker: Worker; client: RallyClient } | undefined;
  return {
    calls: {
      nothingSync: () => client.sync.nothing(),
      recordSync: (person) => client.sync.record(person),
      recordsSync: (people) =>
        client.sync.records(people as Parameters<typeof client.sync.records>[0]),
      weighSync: (data) => client.sync.weigh(data),
      spanSync: (data) => client.sync.span(data),
      memory: (length) => worker.allocate(Uint8Array, length),
      addSync: (a, b) => client.sync.add(a, b),
      add: (a, b) => client.add(a, b),
      addInCoroutine: (a, b) => client.addInCoroutine(a, b),
      record: (person) => client.record(person),
      records: (people) => client.records(people as Parameters<typeof client.records>[0]),
      // By copy, as all others: by default bytes of this size go by reference.
      bytes: async (data) => {
        if (copying === undefined) {
          const second = await start({ ...options, bulkThreshold: Number.POSITIVE_INFINITY });
          copying = { worker: second, client: second.client(RallyClient) };
        }
        return copying.client.bytes(data);
      },
      samples: (data) => client.samples(data),
      renewed: (data) => client.renewed(data),
      allocate: (length) => worker.allocate(Float64Array, length),
      release,
      sleep: (seconds) => client.sleep(seconds),
      count: (items) => client.count(items),
      callBack: (times) => client.callBack((count) => Promise.resolve(count + 1), times),
    },
    peerPid: start === embed ? undefined : worker.pid,
    close: async () => {
      await worker.close();
      await copying?.worker.close();
    },
  };
}
