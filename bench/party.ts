/**
 * One driver in one trial, in a process of its own, so that no party warms or disturbs another's compiler and heap.
 * Started by run.ts; measures a slice whenever it is told to and sleeps in between.
 */
import { drivers, trials, type Variant } from './contest.js';
import type { Connection } from './drivers/driver.js';
import type { Trial } from './trials/trial.js';

/** A slice: for so many milliseconds. */
export interface Order {
  readonly variant: Variant;
  readonly milliseconds: number;
}

/** What a slice gave. Times are in microseconds. */
export interface Slice {
  readonly calls: number;
  readonly seconds: number;
  /** Of each call, in order of size; empty where calls overlap. */
  readonly times: readonly number[];
}

const IN_FLIGHT = 64;
const IN_FLIGHT_LARGE = 4;
const MOST_TIMES = 200_000;
const WARM_UP_CALLS = 3;

const [trialName, driverName] = process.argv.slice(2);
const trial = trials.find(({ name }) => name === trialName) as Trial;
const driver = drivers.find(({ name }) => name === driverName);
if (driver !== undefined) {
  const connection = await driver.start();
  for (let i = 0; i < WARM_UP_CALLS; i++) trial.check(await trial.call(connection.calls, i), i);
  if (connection.blocking !== undefined) trial.check(trial.callBlocking(connection.blocking, 1), 1);
  process.on('message', (order: Order) => {
    void measure(connection, order).then((slice) => process.send?.(slice));
  });
  process.once('disconnect', () => void connection.close());
  process.send?.('ready');
}

async function measure(connection: Connection, { variant, milliseconds }: Order): Promise<Slice> {
  switch (variant) {
    case 'await':
      return measureAwaited(connection, milliseconds);
    case 'sync':
      return measureBlocking(connection, milliseconds);
    case 'pipelined':
      return measurePipelined(connection, milliseconds);
  }
}

async function measureAwaited({ calls }: Connection, milliseconds: number): Promise<Slice> {
  const times = new Float64Array(MOST_TIMES);
  const started = performance.now();
  let count = 0;
  for (let now = started; now - started < milliseconds && count < MOST_TIMES; count++) {
    await trial.call(calls, count);
    const after = performance.now();
    times[count] = (after - now) * 1000;
    now = after;
  }
  return slice(times, count, started);
}

async function measureBlocking({ blocking }: Connection, milliseconds: number): Promise<Slice> {
  const times = new Float64Array(MOST_TIMES);
  const started = performance.now();
  let count = 0;
  for (let now = started; now - started < milliseconds && count < MOST_TIMES; count++) {
    trial.callBlocking(blocking as NonNullable<Connection['blocking']>, count);
    const after = performance.now();
    times[count] = (after - now) * 1000;
    now = after;
  }
  return slice(times, count, started);
}

/** As many lanes as calls in flight, each making one call after the other. */
async function measurePipelined({ calls }: Connection, milliseconds: number): Promise<Slice> {
  const started = performance.now();
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - started < milliseconds) await trial.call(calls, count++);
  };
  const lanes = trial.payloadBytes === undefined ? IN_FLIGHT : IN_FLIGHT_LARGE;
  await Promise.all(Array.from({ length: lanes }, lane));
  return slice(new Float64Array(0), count, started);
}

function slice(times: Float64Array, count: number, started: number): Slice {
  const seconds = (performance.now() - started) / 1000;
  return { calls: count, seconds, times: Array.from(times.subarray(0, count).sort()) };
}
