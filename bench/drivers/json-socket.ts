import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers, pythonCommand } from '../folder.js';
import type { Driver } from './driver.js';
import { endWithout, JsonLines } from './json-lines.js';

/** JSON lines over a Unix domain socket. */
export const jsonSocket: Driver = {
  name: 'json-socket',
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'ringsnake-bench-'));
    const path = join(folder, 'socket');
    const child = spawn(pythonCommand(), [join(peers, 'json_peer.py'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWithout(child);
    await once(child.stdout, 'data');
    const socket = connect(path);
    await once(socket, 'connect');
    return {
      peerPid: child.pid as number,
      calls: new JsonLines(socket, socket),
      close: async () => {
        const exited = once(child, 'exit');
        socket.end();
        await exited;
        rmSync(folder, { recursive: true });
      },
    };
  },
};
