/**
 * A driver's other ends: the peer process and the orders. Twins: bench/limit/party.h and, for the words of a task,
 * bench/limit/task.h.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Order, Span } from './order.js';

/** What the peer does until an empty record comes. */
export const TaskKind = { echo: 1, sink: 2, source: 3, answer: 4 } as const;

export type FullOrder = Required<Order> & Span;

/** The record that starts a slice at the peer. */
export function task(kind: number, order: FullOrder): Uint8Array {
  const { payloadBytes, milliseconds, windowMicroseconds, batch } = order;
  const words = Uint32Array.of(kind, payloadBytes, milliseconds, windowMicroseconds, batch);
  return new Uint8Array(words.buffer);
}

/** Starts the peer; `end` becomes its descriptor 3. */
export function startPeer(command: readonly string[], end: number | 'pipe'): ChildProcess {
  const [program = '', ...argv] = command;
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', end];
  return spawn(program, argv, { stdio });
}

/** Until the end of standard input. Resolves then. */
export async function obeyOrders(
  peer: ChildProcess,
  obey: (order: FullOrder) => Uint32Array | Promise<Uint32Array>,
): Promise<void> {
  await once(peer, 'spawn');
  answer(Uint32Array.of(peer.pid as number));
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await obey(parseOrder(line)));
  }
}

function parseOrder(line: string): FullOrder {
  const [action, ...numbers] = line.split(' ');
  const [payloadBytes = 0, milliseconds = 0, windowMicroseconds = 0, batch = 1, pause = 0] =
    numbers.map(Number);
  return {
    action: action as Order['action'],
    payloadBytes,
    milliseconds,
    windowMicroseconds,
    batch,
    pause,
  };
}

const STDOUT = 1;

function answer(numbers: Uint32Array): void {
  writeAll(Uint32Array.of(numbers.length));
  writeAll(numbers);
}

function writeAll(numbers: Uint32Array): void {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(STDOUT, bytes, sent);
}
