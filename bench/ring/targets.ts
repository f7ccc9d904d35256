/** What the ring must reach, and what it aims at. */
import type { Lineup } from './lineup.js';
import type { Bound, Measurement, Metric } from './metric.js';
import type { Order } from './order.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const SMALL_RING = 256 * KIBIBYTE;
/** The default. */
const LARGE_RING = 4 * MEBIBYTE;
const SMALL = 64;
const BATCH = 64;

const limit = (ringCapacity: number, waiting: Lineup['waiting'] = 'spin'): Lineup => ({
  driver: 'c++',
  peer: 'c++',
  link: 'ring',
  ringCapacity,
  waiting,
});
const ring = (
  driver: Lineup['driver'],
  peer: Lineup['peer'],
  options: { ringCapacity?: number; waiting?: Lineup['waiting'] } = {},
): Lineup => ({
  driver,
  peer,
  link: 'ring',
  ringCapacity: LARGE_RING,
  waiting: 'adaptive',
  ...options,
});
/** U of blocking callers: C++ on both ends. */
const socket: Lineup = { ...limit(0), link: 'socket' };
/** U of callers in an event loop: Node's own socket, the same C++ peer. */
const nodeSocket: Lineup = { ...socket, driver: 'node' };

const measure = (
  lineup: Lineup,
  action: Order['action'],
  { payloadBytes = SMALL, batch = 1, ...rest }: Partial<Omit<Order, 'action'>> = {},
): Measurement => ({ lineup, order: { action, payloadBytes, batch, ...rest } });

const least = (of: Bound['of'], least: number): readonly Bound[] => [{ of, least }];
const most = (of: Bound['of'], most: number): Bound => ({ of, most });

const smallLimit = measure(limit(SMALL_RING), 'send', { batch: BATCH });
const silent = { pause: 1 };
const small = { ringCapacity: SMALL_RING };
const batches = { batch: BATCH };
const megabyte = { payloadBytes: MEBIBYTE };

const streams: readonly Metric[] = [
  {
    name: 'JS → C++, 64 B in place, in batches',
    unit: 'M/s',
    ours: measure(ring('node', 'c++', small), 'send', batches),
    limit: smallLimit,
    must: least('limit', 0.6),
    aim: least('limit', 0.85),
  },
  {
    name: 'JS → C++, 64 B, one by one',
    unit: 'M/s',
    ours: measure(ring('node', 'c++', small), 'send'),
    limit: smallLimit,
  },
  {
    name: 'C++ → JS, 64 B in place',
    unit: 'M/s',
    ours: measure(ring('node', 'c++', small), 'receive', batches),
    limit: smallLimit,
    must: least('limit', 0.6),
    aim: least('limit', 0.9),
  },
  {
    name: 'Python → C++, 64 B, send_many',
    unit: 'M/s',
    ours: measure(ring('c++', 'python', small), 'receive', batches),
    limit: smallLimit,
    must: least('limit', 0.5),
    aim: least('limit', 0.75),
  },
  {
    name: 'Python → C++, 64 B, send',
    unit: 'M/s',
    ours: measure(ring('c++', 'python', small), 'receive'),
    limit: smallLimit,
  },
  {
    name: 'C++ → Python, 64 B, receive_many',
    unit: 'M/s',
    ours: measure(ring('c++', 'python', small), 'send', batches),
    limit: smallLimit,
    must: least('limit', 0.5),
    aim: least('limit', 0.75),
  },
  {
    name: 'C++ → Python, 64 B, receive',
    unit: 'M/s',
    ours: measure(ring('c++', 'python', small), 'send'),
    limit: smallLimit,
  },
];

const roundTrips: readonly Metric[] = [
  {
    name: 'JS (sync) ⇄ C++, 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'c++'), 'call', batches),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(socket, 'call'),
  },
  {
    name: 'JS (await) ⇄ C++, 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'c++'), 'await'),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(nodeSocket, 'await'),
  },
  {
    name: 'JS (sync) ⇄ Python (blocking), 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'python'), 'call', batches),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(socket, 'call'),
    must: [most('limit', 2.5), most('socket', 1 / 25)],
    aim: [most('limit', 1.6), most('socket', 1 / 60)],
  },
  {
    name: 'JS (sync, sendSync and receiveSync) ⇄ Python (blocking), 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'python'), 'call'),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(socket, 'call'),
  },
  {
    name: 'JS (await) ⇄ Python (blocking), 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'python'), 'await'),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(nodeSocket, 'await'),
    must: [most('limit', 6), most('socket', 1 / 15)],
    aim: [most('limit', 3.5), most('socket', 1 / 35)],
  },
  {
    name: 'JS (await) ⇄ Python (coroutine), 64 B',
    unit: 'µs',
    ours: measure(ring('node', 'asyncio'), 'await'),
    limit: measure(limit(LARGE_RING), 'call'),
    socket: measure(nodeSocket, 'await'),
    must: [most('itself', 5)],
    aim: [most('itself', 3)],
  },
  {
    name: 'both parked, never spinning: JS (sync) ⇄ Python (blocking)',
    unit: 'µs',
    ours: measure(ring('node', 'python', { waiting: 'sleep' }), 'call'),
    limit: measure(limit(LARGE_RING, 'sleep'), 'call'),
    socket: measure(socket, 'call'),
    must: [most('socket', 1)],
    aim: [most('socket', 0.85)],
  },
  {
    name: 'both parked, never spinning: JS (await) ⇄ Python (blocking)',
    unit: 'µs',
    ours: measure(ring('node', 'python', { waiting: 'sleep' }), 'await'),
    limit: measure(limit(LARGE_RING, 'sleep'), 'call'),
    socket: measure(nodeSocket, 'await'),
    must: [most('socket', 1)],
    aim: [most('socket', 0.85)],
  },
  {
    name: 'both parked, 1 ms of silence: JS (sync) ⇄ Python (blocking)',
    unit: 'µs',
    ours: measure(ring('node', 'python'), 'call', silent),
    limit: measure(limit(LARGE_RING), 'call', silent),
    socket: measure(socket, 'call', silent),
    must: [most('socket', 1)],
    aim: [most('socket', 0.85)],
  },
  {
    name: 'both parked, 1 ms of silence: JS (await) ⇄ Python (blocking)',
    unit: 'µs',
    ours: measure(ring('node', 'python'), 'await', silent),
    limit: measure(limit(LARGE_RING), 'call', silent),
    socket: measure(nodeSocket, 'await', silent),
    must: [most('socket', 1)],
    aim: [most('socket', 0.85)],
  },
  {
    name: 'JS ⇄ Python, 64 B echo, 64 in flight',
    unit: 'M/s',
    ours: measure(ring('node', 'python'), 'pipelined', batches),
    limit: measure(limit(LARGE_RING), 'pipelined', batches),
    socket: measure(nodeSocket, 'pipelined'),
    must: least('itself', 2),
    aim: least('itself', 5),
  },
];

const large: readonly Metric[] = [
  {
    name: 'JS → Python, 1 MiB by copy',
    unit: 'GB/s',
    ours: measure(ring('node', 'python'), 'send', megabyte),
    limit: measure(limit(LARGE_RING), 'send', megabyte),
    socket: measure(socket, 'send', megabyte),
    must: least('limit', 0.5),
    aim: least('limit', 0.85),
  },
  ...[64 * KIBIBYTE, MEBIBYTE, 16 * MEBIBYTE].map(
    (payloadBytes): Metric => ({
      name: `JS → Python by reference, ${payloadBytes / KIBIBYTE} KiB, 8 B back`,
      unit: 'µs',
      ours: measure(ring('node', 'python'), 'bulk', { payloadBytes }),
      must: [most('itself', 10)],
    }),
  ),
];

/** The rows of the table, in order. */
export const targets: readonly Metric[] = [...streams, ...roundTrips, ...large];

/** Whether spinning is never worse than sleeping: `limit` is the same conversation without any spin. */
export const oneCpuTargets: readonly Metric[] = (
  [
    ['C++ ⇄ C++', 'c++', 'c++', 'call'],
    ['JS (sync) ⇄ Python (blocking)', 'node', 'python', 'call'],
    ['JS (await) ⇄ Python (blocking)', 'node', 'python', 'await'],
    ['JS (await) ⇄ Python (coroutine)', 'node', 'asyncio', 'await'],
  ] as const
).map(([name, driver, peer, action]) => ({
  name: `${name}, 64 B`,
  unit: 'µs',
  ours: measure(ring(driver, peer), action),
  limit: measure(ring(driver, peer, { waiting: 'sleep' }), action),
  must: [most('limit', 1.3)],
}));

/** Conversations that must cost nothing while nobody says anything. */
export const idleTargets: readonly Pick<Metric, 'name' | 'ours'>[] = (
  [
    ['JS ⇄ Python (blocking)', 'python'],
    ['JS ⇄ Python (coroutine)', 'asyncio'],
  ] as const
).map(([name, peer]) => ({ name, ours: measure(ring('node', peer), 'await') }));
