import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { peers, pythonCommand } from '../folder.js';
import type { Driver } from './driver.js';
import { endWithout, JsonLines } from './json-lines.js';

/** JSON lines over a child process's stdin and stdout. */
export const jsonPipe: Driver = {
  name: 'json-pipe',
  async start() {
    const child = spawn(pythonCommand(), [join(peers, 'json_peer.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child, 'spawn');
    endWithout(child);
    return {
      peerPid: child.pid as number,
      calls: new JsonLines(child.stdin, child.stdout),
      close: async () => {
        const exited = once(child, 'exit');
        child.stdin.end();
        await exited;
      },
    };
  },
};
