import t from 'tap';
import { type RestartOptions, RestartPolicy } from '../../lib/worker/restart-policy.js';

/** A policy whose time stands still until it is told otherwise, and whose chance is chosen. */
function policyOf(options: RestartOptions = {}): {
  policy: RestartPolicy;
  clock: { time: number; chance: number };
} {
  const clock = { time: 0, chance: 0.5 };
  const policy = new RestartPolicy(options, { now: () => clock.time, random: () => clock.chance });
  return { policy, clock };
}

t.test('each restart waits twice as long as the one before, up to a maximum', async (t) => {
  const { policy, clock } = policyOf();
  const delays: (number | undefined)[] = [];
  for (let i = 0; i < 9; i++) {
    delays.push(policy.next(0));
    clock.time += 10_000;
  }
  t.strictSame(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

t.test('chance moves a delay by a fifth at most, and never above the maximum', async (t) => {
  for (const [chance, delay] of [
    [0, 80],
    [0.5, 100],
    [1, 120],
  ] as const) {
    const { policy, clock } = policyOf();
    clock.chance = chance;
    t.equal(policy.next(0), delay);
  }
  const { policy, clock } = policyOf({ delay: 10_000 });
  clock.chance = 1;
  t.equal(policy.next(0), 10_000);
});

t.test(
  'five restarts in ten seconds are granted, the sixth opens the breaker for good',
  async (t) => {
    const { policy, clock } = policyOf();
    for (let i = 0; i < 5; i++) {
      t.type(policy.next(0), 'number');
      clock.time += 1999;
    }
    t.notOk(policy.open);
    t.equal(policy.next(0), undefined, 'the first one was 9,995 ms ago');
    t.ok(policy.open);
    clock.time += 1_000_000;
    t.equal(policy.next(1_000_000), undefined, 'it never closes again');
  },
);

t.test('restarts that lie further apart than the window go on', async (t) => {
  const { policy, clock } = policyOf();
  for (let i = 0; i < 100; i++) {
    t.type(policy.next(0), 'number');
    clock.time += 2000;
  }
});

t.test('a worker that ran stably starts over with the first delay', async (t) => {
  const { policy, clock } = policyOf();
  policy.next(0);
  policy.next(0);
  clock.time += 60_000;
  t.equal(policy.next(29_999), 400, 'not quite stable');
  t.equal(policy.next(30_000), 100);
});

t.test('a limit of zero restarts nothing', async (t) => {
  t.equal(policyOf({ limit: 0 }).policy.next(1e9), undefined);
});

t.test('numbers that make no sense are refused by name', async (t) => {
  for (const options of [{ delay: -1 }, { window: Number.NaN }, { jitter: 1.5 }])
    t.throws(() => new RestartPolicy(options), {
      name: 'RangeError',
      message: new RegExp(`restart.${Object.keys(options)[0]}`),
    });
});
