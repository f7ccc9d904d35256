/**
 * The driver in Node over a Unix socket, as Node's programs use one: `socket-party.js PEER...`. Every record goes after its
 * length, as in bench/limit/socket_link.h; what comes back is counted, since every answer is as long as its request.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FullOrder, obeyOrders, startPeer, TaskKind, task } from './driver.js';
import { Times } from './times.js';
import { Windows } from './windows.js';

const IN_FLIGHT = 64;
const LENGTH_BYTES = 4;

const peer = startPeer(process.argv.slice(2), 'pipe');
const exited = once(peer, 'exit');
const socket = peer.stdio[3] as Socket;
const times = new Times();
/** Called with the count of bytes of everything that comes. */
let onBytes: (bytes: number) => void = () => {};
socket.on('data', (chunk: Buffer) => onBytes(chunk.length));

await obeyOrders(peer, async (order) => {
  socket.write(framed(task(TaskKind.echo, order)));
  const values = await (order.action === 'await' ? oneByOne(order) : pipelined(order));
  socket.write(framed(new Uint8Array(0)));
  return values;
});
socket.end();
await exited;

function framed(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(LENGTH_BYTES + payload.length);
  frame.writeUInt32LE(payload.length);
  frame.set(payload, LENGTH_BYTES);
  return frame;
}

async function oneByOne({ payloadBytes, milliseconds, pause }: FullOrder): Promise<Uint32Array> {
  const frame = framed(new Uint8Array(payloadBytes).fill(7));
  const end = performance.now() + milliseconds;
  let missing = 0;
  let answered: () => void = () => {};
  onBytes = (bytes) => {
    missing -= bytes;
    if (missing === 0) answered();
  };
  times.start();
  do {
    if (pause > 0) {
      await sleep(pause);
      times.restart();
    }
    missing = frame.length;
    socket.write(frame);
    await new Promise<void>((resolve) => {
      answered = resolve;
    });
  } while (times.next(end));
  return times.values;
}

function pipelined(order: FullOrder): Promise<Uint32Array> {
  const frame = framed(new Uint8Array(order.payloadBytes).fill(7));
  const end = performance.now() + order.milliseconds;
  const windows = new Windows(order);
  let inFlight = IN_FLIGHT;
  let rest = 0;
  return new Promise((resolve) => {
    onBytes = (bytes) => {
      const answers = Math.floor((rest + bytes) / frame.length);
      rest = (rest + bytes) % frame.length;
      windows.count(answers);
      inFlight -= answers;
      if (performance.now() < end) {
        for (; inFlight < IN_FLIGHT; inFlight++) socket.write(frame);
      } else if (inFlight === 0) resolve(windows.values);
    };
    for (let i = 0; i < IN_FLIGHT; i++) socket.write(frame);
  });
}
