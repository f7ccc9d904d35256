import type { Readable, Writable } from 'node:stream';
import type { Driver } from './driver.js';
import { JsonLines } from './json-lines.js';
import { Server } from './server.js';

/** JSON lines over a child process's stdin and stdout. */
export const jsonPipe: Driver = async (start) => {
  const server = Server.onPipes('rally_json.py', start);
  const { pid, stdin, stdout } = server.child;
  return {
    calls: new JsonLines(stdin as Writable, stdout as Readable),
    peerPid: pid,
    close: () => server.stop(),
  };
};
