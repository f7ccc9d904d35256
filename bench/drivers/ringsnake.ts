import { join } from 'node:path';
import { spawn } from 'ringsnake';
import { peers, pythonCommand } from '../folder.js';
import { BenchClient } from '../peers/bench.gen.js';
import type { Driver } from './driver.js';

export const ringsnake: Driver = {
  name: 'ringsnake',
  async start() {
    const worker = await spawn({
      module: join(peers, 'ringsnake_peer.py'),
      python: pythonCommand(),
    });
    const client = worker.client(BenchClient);
    return {
      calls: client,
      blocking: client.sync,
      peerPid: worker.pid,
      close: async () => {
        await worker.close();
      },
    };
  },
};
