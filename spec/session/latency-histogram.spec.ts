import { spawnSync } from 'node:child_process';
import t from 'tap';
import { LatencyHistogram } from '../../lib/session/latency-histogram.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

/** Milliseconds: what is too short to tell, every magnitude, and what is too long. */
const durations = [0, -1, 1e-9, 6.3e-5, 6.5e-5, 1e6, 1e300];
for (let each = 1e-4; each < 2e5; each *= 1.37) durations.push(each);

t.test('each duration is told to 1/8, however long', async (t) => {
  for (const duration of durations.filter((each) => each >= 6.4e-5 && each < 2.7e5)) {
    const histogram = new LatencyHistogram();
    histogram.record(duration);
    const [[upTo] = [0]] = histogram.statistics().buckets;
    t.ok(upTo > duration && upTo <= duration * 1.125 + 6.4e-5, `${duration} is below ${upTo}`);
  }
});

t.test('quantiles lie where the durations do', async (t) => {
  const histogram = new LatencyHistogram();
  t.match(histogram.statistics(), { count: 0, mean: 0, p50: 0, p99: 0, max: 0, buckets: [] });
  for (let i = 1; i <= 1000; i++) histogram.record(i);
  const { count, mean, p50, p90, p99, max } = histogram.statistics();
  t.same([count, mean, max], [1000, 500.5, 1000]);
  for (const [found, exact] of [
    [p50, 500],
    [p90, 900],
    [p99, 990],
  ] as const)
    t.ok(found >= exact && found <= exact * 1.125, `${found} for ${exact}`);
});

t.test('both languages sort the same durations into the same ranges', async (t) => {
  const histogram = new LatencyHistogram();
  for (const duration of durations) histogram.record(duration);
  const program = `
import json, sys
from ringsnake._session.latency_histogram import LatencyHistogram
histogram = LatencyHistogram()
for duration in json.load(sys.stdin):
    histogram.record(duration / 1000)
print(json.dumps([count for _, count in histogram.statistics().buckets]))
`;
  const { stdout } = spawnSync(pythonCommand(), ['-c', program], {
    input: JSON.stringify(durations),
    encoding: 'utf8',
    env: pythonEnvironment(),
  });
  const counts = histogram.statistics().buckets.map(([, count]) => count);
  t.same(JSON.parse(stdout), counts);
});
