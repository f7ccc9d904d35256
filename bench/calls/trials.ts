import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { Person } from '../peers/people.js';
import type { Calls } from './drivers/driver.js';
import { bytes, bytesOf, people, samples } from './payload.js';
import { awaited, blocking, inFlight, type Task } from './task.js';

/** Lower is better, except for what is counted per second. */
export type Unit = 'µs' | 'ms' | '/s';

/** One row: a question that every party is asked in a process of its own. */
export interface Trial {
  readonly name: string;
  readonly description: string;
  readonly unit: Unit;
  /** What ours must reach, and what it aims at. */
  readonly must?: number;
  readonly aim?: number;
  /** The same of Python on a thread of this process. */
  readonly embedded?: { readonly must: number; readonly aim?: number };
  /** At most so many times what Python alone takes, embedded. */
  readonly embeddedTimes?: number;
  /** Asked of the coroutines of servers that have both. */
  readonly coroutines?: true;
  /** Measured by starting the party, not by calls: `task` is not asked. */
  readonly start?: Start;
  /** Undefined where the party cannot do it. */
  task(calls: Calls): Task | undefined;
}

/** What counts as a party's start. */
export interface Start {
  /** Whether its package is there before. */
  readonly isLoaded: boolean;
  /** What Python alone is to do meanwhile. */
  readonly python: string;
}

const LANES = 100;
const SLEEP_SECONDS = 0.01;
const SLEEPERS = 100;
const CALLBACKS = 100;
const ITEMS = 10_000;

export const trials: readonly Trial[] = [
  {
    name: 'nothing-sync',
    description: 'f(), blocking',
    unit: 'µs',
    embedded: { must: 0.2, aim: 0.1 },
    task({ nothingSync }) {
      if (nothingSync === undefined) return undefined;
      return {
        check: async () => void nothingSync(),
        measure: async (milliseconds) => blocking(() => nothingSync(), milliseconds),
      };
    },
  },
  {
    name: 'add-sync',
    description: 'add(a, b), blocking',
    unit: 'µs',
    embedded: { must: 0.3, aim: 0.15 },
    must: 1.0,
    aim: 0.7,
    task({ addSync }) {
      if (addSync === undefined) return undefined;
      return {
        check: async () => strictEqual(addSync(2, 0.5), 2.5),
        measure: async (milliseconds) => blocking((i) => addSync(i, 0.5), milliseconds),
      };
    },
  },
  {
    name: 'add',
    description: 'add(a, b), awaited, answered by a `def`',
    unit: 'µs',
    embedded: { must: 4 },
    must: 2.0,
    aim: 1.2,
    task: (calls) => adding(calls.add?.bind(calls)),
  },
  {
    name: 'add-coroutine',
    description: 'add(a, b), awaited, answered by an `async def`',
    unit: 'µs',
    must: 6,
    aim: 4,
    coroutines: true,
    task: (calls) => adding(calls.addInCoroutine?.bind(calls)),
  },
  {
    name: 'record',
    description: 'a record of ten fields there and back',
    unit: 'µs',
    must: 4,
    task: (calls) => echo(calls.record?.bind(calls), people[7] as Person),
  },
  {
    name: 'record-sync',
    description: 'a record of ten fields there and back, blocking',
    unit: 'µs',
    embedded: { must: 2 },
    task: ({ recordSync }) => blockingEcho(recordSync, people[7] as Person),
  },
  {
    name: 'records-sync',
    description: '1,000 records of ten fields there and back, blocking',
    unit: 'µs',
    embedded: { must: 1200 },
    task: ({ recordsSync }) => blockingEcho(recordsSync, people),
  },
  {
    name: 'weigh-sync',
    description:
      '1 MiB of bytes to Python, blocking, allocated where they cross: a view, no copy, where a party can',
    unit: 'µs',
    embedded: { must: 5 },
    task({ weighSync, memory = (length) => new Uint8Array(length) }) {
      if (weighSync === undefined) return undefined;
      const weigh = (): void => strictEqual(weighSync(memory(bytes.length)), bytes.length);
      return {
        check: async () => weigh(),
        measure: async (milliseconds) => blocking(weigh, milliseconds),
      };
    },
  },
  {
    name: 'span-sync',
    description:
      '1 MiB of doubles to Python, blocking, allocated where they cross: a view, no copy',
    unit: 'µs',
    embedded: { must: 5 },
    task({ spanSync, allocate }) {
      if (spanSync === undefined || allocate === undefined) return undefined;
      const span = (): void => strictEqual(spanSync(allocate(samples.length)), samples.length);
      return {
        check: async () => span(),
        measure: async (milliseconds) => blocking(span, milliseconds),
      };
    },
  },
  {
    name: 'records',
    description: '1,000 records of ten fields there and back',
    unit: 'µs',
    embedded: { must: 1200 },
    must: 1200,
    task: (calls) => echo(calls.records?.bind(calls), people),
  },
  {
    name: 'bytes',
    description: '1 MiB of bytes there and back, by copy (pythonia, JSON: as base64)',
    unit: 'µs',
    must: 150,
    task: (calls) => echo(calls.bytes?.bind(calls), bytes),
  },
  {
    name: 'lent',
    description: '1 MiB of doubles there and back, by reference',
    unit: 'µs',
    must: 20,
    task({ samples: send, release }) {
      if (send === undefined) return undefined;
      return {
        check: async () => {
          const answer = await send(samples);
          strictEqual(Buffer.compare(bytesOf(answer), bytesOf(samples)), 0);
          release?.(answer);
        },
        measure: (milliseconds) =>
          awaited(async () => release?.(await send(samples)), milliseconds),
      };
    },
  },
  {
    name: 'allocated',
    description: '1 MiB of doubles each way, allocated where they cross, the last one written',
    unit: 'µs',
    must: 20,
    task({ renewed, allocate, release }) {
      if (renewed === undefined || allocate === undefined) return undefined;
      const call = async (i: number): Promise<void> => {
        const sent = allocate(samples.length);
        sent[samples.length - 1] = i;
        const answer = await renewed(sent);
        strictEqual(answer[samples.length - 1], i);
        release?.(answer);
      };
      return { check: () => call(3), measure: (milliseconds) => awaited(call, milliseconds) };
    },
  },
  {
    name: 'flight',
    description: `add(a, b), ${LANES} calls in flight`,
    unit: '/s',
    must: 500_000,
    aim: 1_000_000,
    task(calls) {
      const add = calls.add?.bind(calls);
      if (add === undefined) return undefined;
      return {
        check: async () => {
          const sums = await Promise.all(Array.from({ length: LANES }, (_, i) => add(i, 0.5)));
          deepStrictEqual(
            sums,
            sums.map((_, i) => i + 0.5),
          );
        },
        measure: (milliseconds) => inFlight((i) => add(i, 0.5), { lanes: LANES, milliseconds }),
      };
    },
  },
  {
    name: 'sleepers',
    description: `${SLEEPERS} calls at once that sleep for 10 ms each: asyncio.sleep, where a party has it`,
    unit: 'ms',
    must: 14,
    coroutines: true,
    task(calls) {
      const sleep = calls.sleep?.bind(calls);
      if (sleep === undefined) return undefined;
      const all = () => Promise.all(Array.from({ length: SLEEPERS }, () => sleep(SLEEP_SECONDS)));
      return {
        check: async () => {
          const begin = performance.now();
          await all();
          // Timers may be a little early.
          ok(performance.now() - begin > SLEEP_SECONDS * 900, 'it did not sleep');
        },
        measure: async (milliseconds) =>
          (await awaited(all, milliseconds)).map((time) => time / 1000),
      };
    },
  },
  {
    name: 'callback',
    description: 'Python calls back, within a call: each of 100 one after the other',
    unit: 'µs',
    must: 3,
    task(calls) {
      const callBack = calls.callBack?.bind(calls);
      if (callBack === undefined) return undefined;
      return {
        check: async () => strictEqual(await callBack(3), 3),
        measure: async (milliseconds) =>
          (await awaited(() => callBack(CALLBACKS), milliseconds)).map((time) => time / CALLBACKS),
      };
    },
  },
  {
    name: 'stream',
    description: `a stream of small items from Python, ${ITEMS.toLocaleString('en')} each time`,
    unit: '/s',
    must: 1_000_000,
    coroutines: true,
    task(calls) {
      const count = calls.count?.bind(calls);
      if (count === undefined) return undefined;
      const all = async (items: number): Promise<void> => {
        let next = 0;
        for await (const item of count(items)) strictEqual(item, next++);
        strictEqual(next, items);
      };
      return {
        check: () => all(10),
        measure: async (milliseconds) =>
          (await awaited(() => all(ITEMS), milliseconds)).map((time) => (ITEMS * 1e6) / time),
      };
    },
  },
  {
    name: 'start',
    description: 'from nothing to the first answer',
    unit: 'ms',
    start: { isLoaded: false, python: 'pass' },
    task: () => undefined,
  },
  {
    name: 'start-python',
    description:
      'from a package that is loaded to the first answer, beside Python that imports the same',
    unit: 'ms',
    embeddedTimes: 1.2,
    start: { isLoaded: true, python: 'import rally_peer, os; os._exit(0)' },
    task: () => undefined,
  },
];

function adding(add: Calls['add']): Task | undefined {
  if (add === undefined) return undefined;
  return {
    check: async () => strictEqual(await add(2, 0.5), 2.5),
    measure: (milliseconds) => awaited((i) => add(i, 0.5), milliseconds),
  };
}

function echo<Value>(
  send: ((value: Value) => Promise<unknown>) | undefined,
  value: Value,
): Task | undefined {
  if (send === undefined) return undefined;
  return {
    check: async () => {
      const answer = await send(value);
      if (value instanceof Uint8Array)
        strictEqual(Buffer.compare(Buffer.from(answer as Uint8Array), value), 0);
      // Some give objects without a prototype, or with one of theirs.
      else deepStrictEqual(plain(answer), value);
    },
    measure: (milliseconds) => awaited(() => send(value), milliseconds),
  };
}

function blockingEcho<Value>(
  send: ((value: Value) => unknown) | undefined,
  value: Value,
): Task | undefined {
  if (send === undefined) return undefined;
  return {
    check: async () => deepStrictEqual(plain(send(value)), value),
    measure: async (milliseconds) => blocking(() => send(value), milliseconds),
  };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
