import { once } from 'node:events';
import { connect } from 'node:net';
import type { Driver } from './driver.js';
import { JsonLines } from './json-lines.js';
import { Server } from './server.js';

/** JSON lines over a Unix domain socket. */
export const jsonSocket: Driver = async (start) => {
  const { server, at } = await Server.onSocket('rally_json.py', start, (path) => path);
  const socket = connect(at);
  await once(socket, 'connect');
  return {
    calls: new JsonLines(socket, socket),
    peerPid: server.child.pid,
    close: async () => {
      socket.destroy();
      await server.stop();
    },
  };
};
