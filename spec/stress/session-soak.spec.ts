/** Every kind of work between two processes for a while: no error, and nothing grows. */
import t from 'tap';
import { collectGarbage, collectUntil } from '../support/collector.js';
import { Foundries } from '../support/foundry/start.js';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
/** Milliseconds. */
const WARM_UP = LONG ? 30_000 : 5_000;
const SOAK = LONG ? 120_000 : 12_000;
const SAMPLES = 8;
/**
 * MiB by which each may have grown since the warm-up. What V8 has resident says little: it takes room for garbage as it likes. The others
 * are noisy by some tenths, so that the short form finds a leak of some hundreds of bytes for each piece of work, the long one of some tens.
 */
const GROWTH = { heap: 2, python: 2, resident: 48 } as const;
/** Descriptors of a channel's segments: most are there after the warm-up, and they are 64 at most. */
const SEGMENTS = 12;
t.setTimeout(3_600_000);

interface Sample {
  /** Seconds. */
  readonly at: number;
  /** MiB that are in use here after a collection of garbage. */
  readonly heap: number;
  /** MiB resident, here. */
  readonly resident: number;
  /** Of Python, without what is shared. */
  readonly python: number;
  /** In Python. */
  readonly descriptors: number;
}

/** MiB in ten minutes, by least squares. */
function slope(samples: readonly Sample[], of: keyof typeof GROWTH): number {
  const mean = (value: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  const [at, size] = [mean((sample) => sample.at), mean((sample) => sample[of])];
  const covariance = mean((sample) => (sample.at - at) * (sample[of] - size));
  return (600 * covariance) / mean((sample) => (sample.at - at) ** 2);
}

t.test('a slope is found', async (t) => {
  const samples = [0, 1, 2, 3].map((at) => ({
    ...{ at, heap: 5 + at, resident: 0, python: 7, descriptors: 0 },
  }));
  t.equal(slope(samples, 'heap'), 600);
  t.equal(slope(samples, 'python'), 0);
});

t.test(
  'calls, streams, functions, objects, bulk, timeouts and cancellation, both ways',
  async (t) => {
    await auditLeaks(t);
    const foundries = await Foundries.start();
    const { worker } = foundries;
    t.teardown(() => worker.destroy());
    const started = performance.now();
    const before = await foundries.holds();
    const samples: Sample[] = [];
    const wrong: string[] = [];
    let pieces = 0;
    const kinds = new Set<string>();
    for (let round = 0; round <= SAMPLES; round++) {
      // The last lanes have come to their end before the process is measured.
      const end = performance.now() + (round === 0 ? WARM_UP : SOAK / SAMPLES);
      const { here, python } = await foundries.work({
        seed: SEED + round,
        done: () => performance.now() > end,
      });
      wrong.push(...here.wrong, ...python.wrong);
      pieces += here.right + python.right;
      for (const kind of [...Object.keys(here.kinds), ...Object.keys(python.kinds)])
        kinds.add(kind);
      for (let collections = 0; collections < 3; collections++) await collectGarbage();
      const { rss, heapUsed } = process.memoryUsage();
      const { descriptors, kibibytes } = await foundries.holds();
      samples.push({
        at: (performance.now() - started) / 1000,
        heap: heapUsed / 2 ** 20,
        resident: rss / 2 ** 20,
        python: kibibytes / 1024,
        descriptors,
      });
    }
    t.strictSame(wrong, [], 'every answer was right');
    t.ok(kinds.size >= 17, `${kinds.size} kinds of work`);
    const [first, last] = [samples[0], samples.at(-1)] as [Sample, Sample];
    const names = Object.keys(GROWTH) as (keyof typeof GROWTH)[];
    for (const name of names) {
      const growth = last[name] - first[name];
      t.ok(growth < GROWTH[name], `${name}: ${growth.toFixed(2)} MiB more`);
    }
    const descriptors = [first, last].map((sample) => sample.descriptors) as [number, number];
    t.ok(descriptors[1] <= descriptors[0] + SEGMENTS, `descriptors: ${descriptors.join(', ')}`);
    const inUse = (): number => Object.keys(worker.handles().imported).length;
    await collectUntil('objects are given back', () => inUse() === 0);
    await until('the worker has given back', async () => {
      return JSON.stringify((await foundries.holds()).objects) === JSON.stringify(before.objects);
    });
    const slopes = Object.fromEntries(
      names.map((name) => [name, Number(slope(samples, name).toFixed(2))]),
    );
    const seconds = SOAK / 1000;
    t.comment(
      JSON.stringify({ figure: 'session soak', seed: SEED, seconds, pieces, descriptors, slopes }),
    );
    t.strictSame(await worker.close(), { exitCode: 0, signal: null });
  },
);
