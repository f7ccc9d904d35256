/**
 * One driver in one trial, in a process of its own, so that no party warms or disturbs another's compiler and heap.
 * Started by contestant.ts; measures a slice whenever it is told to and sleeps in between.
 */
import { drivers, trials, type Variant } from './contest.js';
import { onOneCpu, type Placement, place } from './cpus.js';
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
  readonly times: Float64Array;
  /** Whether both sides ran on one CPU when the slice ended. They seldom move within a slice. */
  readonly oneCpu: boolean;
}

const IN_FLIGHT = 64;
const IN_FLIGHT_LARGE = 4;
/** More than a slice can have. */
const MOST_TIMES = 1_000_000;
const WARM_UP_CALLS = 3;

const [trialName, driverName, placement] = process.argv.slice(2);
const trial = trials.find(({ name }) => name === trialName) as Trial;
const driver = drivers.find(({ name }) => name === driverName);
/** Made and touched once: in a timed loop its fresh pages would be counted as the calls'. */
const times = new Float64Array(MOST_TIMES).fill(0);
if (driver !== undefined) {
  const connection = await driver.start();
  place(placement as Placement, process.pid, connection.peerPid);
  for (let i = 0; i < WARM_UP_CALLS; i++) trial.check(await trial.call(connection.calls, i), i);
  if (connection.blocking !== undefined) trial.check(trial.callBlocking(connection.blocking, 1), 1);
  process.on('message', (order: Order) => {
    void measure(connection, order).then((slice) => process.send?.(slice));
  });
  process.once('disconnect', () => void connection.close());
  process.send?.('ready');
}

async function measure(connection: Connection, { variant, milliseconds }: Order): Promise<Slice> {
  const started = performance.now();
  const calls = await loops[variant](connection, started + milliseconds);
  return {
    calls,
    seconds: (performance.now() - started) / 1000,
    oneCpu: onOneCpu(process.pid, connection.peerPid),
    times: times.slice(0, variant === 'pipelined' ? 0 : calls).sort(),
  };
}

/** Each makes calls until the moment `end`, notes in `times` what each took unless they overlap, and returns how many. */
const loops: Record<Variant, (connection: Connection, end: number) => number | Promise<number>> = {
  async await({ calls }, end) {
    let count = 0;
    for (let now = performance.now(); now < end && count < MOST_TIMES; count++) {
      await trial.call(calls, count);
      const after = performance.now();
      times[count] = (after - now) * 1000;
      now = after;
    }
    return count;
  },
  sync({ blocking }, end) {
    let count = 0;
    for (let now = performance.now(); now < end && count < MOST_TIMES; count++) {
      trial.callBlocking(blocking as NonNullable<Connection['blocking']>, count);
      const after = performance.now();
      times[count] = (after - now) * 1000;
      now = after;
    }
    return count;
  },
  /** As many lanes as calls in flight, each making one call after the other. */
  async pipelined({ calls }, end) {
    let count = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() < end) await trial.call(calls, count++);
    };
    const lanes = trial.payloadBytes === undefined ? IN_FLIGHT : IN_FLIGHT_LARGE;
    await Promise.all(Array.from({ length: lanes }, lane));
    return count;
  },
};
