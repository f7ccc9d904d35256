import { Times } from '../ring/times.js';

/** What a trial does in one party: checked once, then measured in slices. */
export interface Task {
  /** Throws unless the answers are right. */
  check(): Promise<void>;
  /** Samples of one slice, in the trial's unit. */
  measure(milliseconds: number): Promise<Float64Array>;
}

/** Microseconds of each call, one after the other. */
export async function awaited(
  call: (i: number) => Promise<unknown>,
  milliseconds: number,
): Promise<Float64Array> {
  const times = clock();
  times.start();
  const end = performance.now() + milliseconds;
  let i = 0;
  do await call(i++);
  while (times.next(end));
  return microseconds(times);
}

/** The same for calls that block. */
export function blocking(call: (i: number) => unknown, milliseconds: number): Float64Array {
  const times = clock();
  times.start();
  const end = performance.now() + milliseconds;
  let i = 0;
  do call(i++);
  while (times.next(end));
  return microseconds(times);
}

/** Calls a second, so many always in flight. */
export async function inFlight(
  call: (i: number) => Promise<unknown>,
  { lanes, milliseconds }: { lanes: number; milliseconds: number },
): Promise<Float64Array> {
  const begin = performance.now();
  const end = begin + milliseconds;
  let count = 0;
  const lane = async (): Promise<void> => {
    // A lane looks at the clock once in so many calls: that costs more than some calls.
    while (performance.now() < end) for (let i = 0; i < LOOK; i++) await call(count++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return Float64Array.of((count * 1000) / (performance.now() - begin));
}

const LOOK = 10;
let shared: Times | undefined;

/** One for all slices: its memory is to be touched before. */
function clock(): Times {
  shared ??= new Times();
  return shared;
}

function microseconds(times: Times): Float64Array {
  return Float64Array.from(times.values, (nanoseconds) => nanoseconds / 1000).sort();
}
