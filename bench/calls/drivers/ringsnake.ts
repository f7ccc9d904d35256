import { join } from 'node:path';
import { release, spawn, type Worker } from 'ringsnake';
import { peers } from '../../folder.js';
import { RallyClient } from '../../peers/rally.gen.js';
import type { Driver } from './driver.js';

/** What everybody else is compared with. */
export const ringsnake: Driver = async ({ python }) => {
  const options = {
    module: join(peers, 'rally_peer.py'),
    python,
  };
  const worker = await spawn(options);
  const client = worker.client(RallyClient);
  let copying: { worker: Worker; client: RallyClient } | undefined;
  return {
    calls: {
      addSync: (a, b) => client.sync.add(a, b),
      add: (a, b) => client.add(a, b),
      addInCoroutine: (a, b) => client.addInCoroutine(a, b),
      record: (person) => client.record(person),
      records: (people) => client.records(people as Parameters<typeof client.records>[0]),
      // By copy, as all others: by default bytes of this size go by reference.
      bytes: async (data) => {
        if (copying === undefined) {
          const second = await spawn({ ...options, bulkThreshold: Number.POSITIVE_INFINITY });
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
    peerPid: worker.pid,
    close: async () => {
      await worker.close();
      await copying?.worker.close();
    },
  };
};
