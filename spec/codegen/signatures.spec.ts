/** Overloads, rest parameters and type parameters, through both real runtimes and in both directions. */
import { join } from 'node:path';
import { spawn, type ValidationError, type Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { SignaturesClient, SignaturesServer } from '../support/signatures/signatures.gen.js';
import {
  type Door,
  type Film,
  type LabelledTally,
  type Listener,
  type Named,
  type Point,
  type SearchOptions,
  Side,
  type Signatures,
  type Track,
  Vector,
  type WatchOptions,
} from '../support/signatures/signatures.js';

/** The twin of `OwnTally` in signatures.py. */
class OwnTally {
  readonly #label: string;
  #total = 0;

  constructor(label: string) {
    this.#label = label;
  }

  async add(count: number): Promise<this> {
    this.#total += count;
    return this;
  }

  total(): Promise<number> {
    return Promise.resolve(this.#total);
  }

  async merge(other: LabelledTally): Promise<this> {
    this.#total += await other.total();
    return this;
  }

  async positive(): Promise<this | null> {
    return this.#total > 0 ? this : null;
  }

  label(): Promise<string> {
    return Promise.resolve(this.#label);
  }
}

/** The twin of `Own` in signatures.py. */
const own = {
  join: (separator: string, ...parts: (string | number)[]) => parts.join(separator),
  all: (...points: Point[]) => points.reduce((sum, { x }) => sum + x, 0),
  spread: (first: number, second?: string) => `${first.toFixed(1)} ${second ?? 'None'}`,
  apply: (f: (prefix: string, ...values: number[]) => Promise<string>, ...values: number[]) =>
    f('py', ...values),
  async *total(...values: number[]) {
    let total = 0;
    for (const value of values) {
      total += value;
      yield total;
    }
  },
  find(...args: unknown[]): unknown {
    const [first] = args;
    if (typeof first === 'string') return `key ${first}`;
    // What is left out at the end may arrive as undefined.
    if (typeof first === 'number')
      return first + args.slice(1).filter((each) => each !== undefined).length;
    if (first === null || first === undefined) return first;
    if ('kind' in (first as Point)) {
      const { x } = first as Point;
      return this.total(x, x);
    }
    return (args as Named[]).map(({ name }) => ({ name: name.toUpperCase() }));
  },
  on(event: string, listener: (value: never) => void) {
    listener((event === 'opened' ? 'front' : 3) as never);
    return event.length;
  },
  ended: [] as string[],
  wait(what: string, signal: AbortSignal) {
    if (what === 'nothing') return what;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.ended.push(what);
        reject(signal.reason);
      });
    });
  },
  stopped() {
    return this.ended.splice(0);
  },
  async *watch(options: WatchOptions) {
    for (let number = options.from ?? 0; !options.signal?.aborted; number++) {
      yield number;
      await new Promise(setImmediate);
    }
    this.ended.push('watch');
  },
  search: (text: string, limit: number, order: string, options?: SearchOptions) =>
    `${text} ${limit} ${order} ${options?.depth ?? 'None'}`,
  defaults: (options: SearchOptions) => options,
  addUp: (values: number[], { heights }: Track) =>
    [...values, ...heights].reduce((sum, value) => sum + value, 0),
  track: (track: Track) => track,
  film: (sound: Uint8Array, film: Film) => ({
    ...film,
    frames: [...film.frames, sound, sound, sound],
  }),
  move: ({ x, y }: { x: number; y: number }) => ({ x: x + 1, y: y + 1 }),
  listen: (listener: Listener) => listener.heard('py'),
  subscribe: async (door: Door, count: number) =>
    count + (await door.on('closed', () => undefined)),
  async linger(signal: AbortSignal, options: { times: number }) {
    for (let left = options.times; left > 0 && !signal.aborted; left--)
      await new Promise(setImmediate);
  },
  async sum(...given: (AsyncIterable<number> | null | undefined)[]) {
    const sums: string[] = [];
    for (const each of [given[0], given[1]]) {
      if (each === undefined) sums.push('absent');
      else if (each === null) sums.push('None');
      else sums.push((await all(each)).reduce((sum, item) => sum + item, 0).toFixed(1));
    }
    return sums.join(' ');
  },
  *countdown(from: number, word: string) {
    try {
      for (let number = from; number > 0; number--) yield number;
      return word === 'wrong' ? 7 : word;
    } finally {
      this.ended.push('countdown');
    }
  },
  async *trace(...points: Point[]) {
    yield* points;
    return points.at(-1) ?? null;
  },
  tally: (label: string): LabelledTally => new OwnTally(label),
  count: (tally: LabelledTally, count: number) => tally.add(count),
  myself() {
    return this;
  },
  first: (values: unknown[], otherwise: unknown) => (values.length > 0 ? values[0] : otherwise),
  pick: (_event: string, value: unknown) => value,
  size: (value: object) => Object.keys(value).length,
  map: (values: readonly unknown[], f: (value: unknown) => Promise<unknown>) =>
    Promise.all(values.map(f)),
};

async function start(t: Test, mode: string): Promise<SignaturesClient> {
  const worker: Worker = await spawn({
    module: join(root, 'spec', 'support', 'signatures', 'signatures.py'),
    python: pythonCommand(),
    args: [mode],
    serves: [new SignaturesServer(own as never)],
  });
  t.teardown(() => worker.destroy());
  return worker.client(SignaturesClient);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const point: Point = { kind: 'point', x: 2 };

for (const mode of ['echo', 'relay', 'relay sync']) {
  t.test(`a rest parameter takes what is left: ${mode}`, async (t) => {
    const client = await start(t, mode);
    t.equal(await client.join('-'), '');
    t.equal(await client.join('-', 'a', 'b', 'c'), 'a-b-c');
    t.equal(client.sync.join('', 'a', 'b'), 'ab');
    t.equal(await client.all(), 0);
    t.equal(await client.all(point, point, point), 6);
    t.equal(await client.spread(1), '1.0 None');
    t.equal(await client.spread(1, 'b'), '1.0 b');
    const text = (prefix: string, ...values: number[]) =>
      Promise.resolve(`${prefix}:${values.join()}`);
    t.equal(await client.apply(text, 1, 2), 'py:1,2');
    t.equal(await client.apply(text), 'py:');
    t.strictSame(await all(client.total(1, 2, 3)), [1, 3, 6]);
    await t.rejects(client.join('-', 'a', null as never), {
      name: 'ValidationError',
      message: 'join(parts[1]): expected string | number, got null',
    });
    await t.rejects(client.all(point, { kind: 'point', x: 'far' } as never), {
      message: 'all(points[1].x): expected number, got string "far"',
    });
  });

  t.test(
    `of an overloaded method the form is called that the arguments fit: ${mode}`,
    async (t) => {
      const client = await start(t, mode);
      t.equal(await client.find('k'), 'key k');
      t.equal(await client.find(3), 3);
      t.equal(await client.find(3, true), 4);
      t.strictSame(await all(client.find(point)), [2, 4]);
      t.strictSame(await client.find({ name: 'a' }), [{ name: 'A' }]);
      t.strictSame(await client.find({ name: 'a' }, { name: 'b' }), [{ name: 'A' }, { name: 'B' }]);
      t.equal(await client.find(), undefined);
      t.equal(await client.find(null, new Float64Array(2)), null);
      t.equal(client.sync.find('k'), 'key k');
      t.equal(client.sync.find(3), 3);
      // The host's own stream goes on only while the host is not blocked.
      if (mode === 'echo') t.strictSame([...client.sync.find(point)], [2, 4]);
      const heard: unknown[] = [];
      t.equal(await client.on('opened', (door) => void heard.push(door)), 6);
      t.equal(await client.on('closed', (code) => void heard.push(code)), 6);
      t.strictSame(heard, ['front', 3]);
    },
  );

  t.test(`what is marked as a value is copied, as a reference is called: ${mode}`, async (t) => {
    const client = await start(t, mode);
    t.strictSame(await client.move(new Vector(1, 2)), { x: 2, y: 3 });
    const heard = (text: string) => Promise.resolve(`${text}!`);
    t.equal(await client.listen({ heard }), 'py!');
  });

  t.test(`an object by reference may have overloads: ${mode}`, async (t) => {
    const client = await start(t, mode);
    const door = { on: (event: string) => Promise.resolve(event.length) } as Door;
    t.equal(await client.subscribe(door, 2, 'a'), 8);
    const problems = await client.subscribe(door, 'two' as never, 3 as never).catch((error) => {
      return (error as ValidationError).problems.map(({ path, actual }) => [path, actual]);
    });
    t.strictSame(problems, [
      ['subscribe(count)', 'string "two"'],
      ['subscribe(name)', 'number 3'],
    ]);
  });

  t.test(`who answers with \`this\` is the same object: ${mode}`, async (t) => {
    const client = await start(t, mode);
    const tally = await client.tally('a');
    t.equal(await tally.add(1), tally);
    // What is inherited answers with what inherits it.
    t.equal(await (await tally.add(2)).label(), 'a');
    if (mode === 'echo') {
      // It may be called before it is there.
      t.equal(await tally.add(3).add(1).label(), 'a');
      t.equal(await tally.sync.add(-4).label(), 'a');
    }
    t.equal(await tally.add(4), tally);
    t.equal(await tally.total(), 7);
    const other = await client.tally('b');
    t.equal(await other.positive(), null);
    t.equal(await other.merge(tally), other);
    t.equal(await other.positive(), other);
    t.equal(await other.total(), 7);
    const own = new OwnTally('own');
    t.equal(await client.count(own, 4), own);
    t.equal(await own.total(), 4);
    t.equal(await client.myself().join('-', 'a'), 'a');
    t.equal(await client.sync.myself().join('-', 'a', 'b'), 'a-b');
  });

  t.test(`a generator gives its items, then what it returns: ${mode}`, async (t) => {
    const client = await start(t, mode);
    t.strictSame(await all(client.countdown(3, 'go')), [3, 2, 1], 'for await takes the items');
    const generator = client.countdown(2, 'go');
    t.strictSame(await generator.next(), { done: false, value: 2 });
    t.strictSame(await generator.next(), { done: false, value: 1 });
    t.strictSame(await generator.next(), { done: true, value: 'go' });
    t.strictSame(await generator.next(), { done: true, value: undefined }, 'once');
    const longer = 3000;
    const many = client.countdown(longer, 'done');
    let count = 0;
    for (let step = await many.next(); ; step = await many.next()) {
      if (step.done) {
        t.equal(step.value, 'done', 'behind more than fits ahead');
        break;
      }
      count += 1;
    }
    t.equal(count, longer);
    t.strictSame(await all(client.trace(point, point)), [point, point]);
    t.strictSame(await client.trace(point).next(), { done: false, value: point });
    t.strictSame(await client.trace().next(), { done: true, value: null });
    const wrong = client.countdown(1, 'wrong');
    t.strictSame(await wrong.next(), { done: false, value: 1 });
    await t.rejects(wrong.next(), {
      name: 'ValidationError',
      message: /^countdown\(\)#1\[0\]: expected string, got (number|float) 7/,
    });
    await client.stopped();
    if (mode !== 'echo') return;
    const left = client.countdown(1e6, 'never');
    await left.next();
    t.strictSame(await left.return('enough'), { done: true, value: 'enough' });
    t.strictSame(await left.next(), { done: true, value: undefined });
    t.strictSame(await eventually(client), ['countdown'], 'its finally block has run');
    const reason = new Error('thrown in');
    const thrown = client.countdown(1e6, 'never');
    await thrown.next();
    await t.rejects(thrown.throw(reason), reason);
    t.strictSame(await eventually(client), ['countdown']);
    const blocking = client.sync.countdown(2, 'sync');
    t.strictSame(
      [blocking.next(), blocking.next(), blocking.next()],
      [
        { done: false, value: 2 },
        { done: false, value: 1 },
        { done: true, value: 'sync' },
      ],
    );
    t.strictSame([...client.sync.countdown(2, 'sync')], [2, 1]);
  });

  t.test(`a parameter may be a stream or null: ${mode}`, async (t) => {
    const client = await start(t, mode);
    async function* items() {
      yield 1;
      yield 2;
    }
    t.equal(await client.sum(null), 'None absent');
    if (mode === 'relay sync') return;
    t.equal(await client.sum(items(), null), '3.0 None');
    t.equal(await client.sum(items(), items()), '3.0 3.0');
    await t.rejects(client.sum(undefined as never), { name: 'ValidationError' });
  });

  t.test(`a packed array of numbers is an array where it arrives: ${mode}`, async (t) => {
    const client = await start(t, mode);
    const tracks: Track[] = [
      { heights: [] },
      { heights: [1, -0, Number.NaN], times: null },
      { heights: Array.from({ length: 20_000 }, (_, i) => i / 8), times: [2 ** 60, 0.1] },
    ];
    for (const track of tracks) t.strictSame(await client.track(track), track);
    t.equal(await client.addUp([1, 2.5], { heights: [4] }), 7.5);
    const values = [1, 'two', 3] as number[];
    await t.rejects(client.addUp(values, { heights: [], times: 5 as never }), {
      message:
        /^addUp\(values\[1\]\): expected number, got string "two".*\n +addUp\(track.times\): /,
    });
    await t.rejects(client.track({ heights: new Float64Array(1) as never }), {
      message: /^track\(track.heights\): expected array, got Float64Array/,
    });
  });

  t.test(`bytes that Python looks at are bytes where they arrive: ${mode}`, async (t) => {
    const client = await start(t, mode);
    const short = Uint8Array.of(1, 0, 255);
    const large = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const films: Film[] = [
      { frames: [] },
      { frames: [short, large, new Uint8Array()], cover: large },
      { frames: [large.subarray(1, 90_000)], cover: 'title' },
      { frames: [], cover: null },
    ];
    for (const film of films) {
      for (const sound of [short, large, new Uint8Array()]) {
        const { frames, cover } = await client.film(sound, film);
        t.strictSame(cover, film.cover);
        t.strictSame(frames, [...film.frames, sound, sound, sound]);
      }
    }
    await t.rejects(client.film('loud' as never, { frames: [] }), {
      message: /^film\(sound\): expected bytes, got string "loud"/,
    });
    await t.rejects(client.film(short, { frames: [Int8Array.of(1) as never] }), {
      message: /^film\(film.frames\[0\]\): expected bytes, got /,
    });
    await t.rejects(client.film(short, { frames: [], cover: 5 as never }), {
      message: /^film\(film.cover\): expected /,
    });
  });

  t.test(`what is absent is what its default says, for who receives it: ${mode}`, async (t) => {
    const client = await start(t, mode);
    t.equal(await client.search('a'), 'a 10 asc None');
    t.equal(await client.search('a', 2), 'a 2 asc None');
    t.equal(await client.search('a', undefined, 'desc', {}), 'a 10 desc 3');
    const all = { depth: 3, weight: 0.5, exact: true, side: Side.Right, prefix: '' };
    t.strictSame(await client.defaults({}), all);
    t.strictSame(await client.defaults({ depth: 1, prefix: null }), {
      ...all,
      depth: 1,
      prefix: null,
    });
    await t.rejects(client.search('a', 0.5), {
      message: /^search\(limit\): expected integer, got number 0\.5/,
    });
  });

  t.test(`type parameters are those of the call: ${mode}`, async (t) => {
    const client = await start(t, mode);
    const text: string = await client.first(['a', 'b'], 'c');
    t.equal(text, 'a');
    t.strictSame(await client.first<{ n: number[] }>([], { n: [1] }), { n: [1] });
    t.equal(await client.pick('opened', 'x'), 'x');
    t.equal(await client.pick('closed', 1), 1);
    t.equal(await client.size({ a: 1, b: 2 }), 2);
    t.strictSame(await client.map([1, 2], async (value) => value * 2), [2, 4]);
  });
}

for (const mode of ['echo', 'relay']) {
  t.test(`a signal stops the call that it is given to, on both sides: ${mode}`, async (t) => {
    const client = await start(t, mode);
    t.equal(await client.wait('nothing'), 'nothing');
    const controller = new AbortController();
    const call = client.wait('long', controller.signal);
    t.equal(await client.wait('nothing', controller.signal), 'nothing');
    const reason = new Error('enough');
    controller.abort(reason);
    await t.rejects(call, reason);
    t.strictSame(await eventually(client), ['long']);
    await t.rejects(client.wait('late', controller.signal), reason, 'nothing is begun');

    const second = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const number of client.watch({ from: 5, signal: second.signal })) {
        seen.push(number);
        if (number === 7) second.abort(reason);
      }
    })();
    await t.rejects(watching, reason);
    t.strictSame(seen, [5, 6, 7]);
    t.strictSame(await eventually(client), ['watch']);
    await client.linger(new AbortController().signal, { times: 2 });
  });
}

/** What was stopped, once that is known. */
async function eventually(client: SignaturesClient): Promise<string[]> {
  for (let tries = 0; tries < 1000; tries++) {
    const stopped = await client.stopped();
    if (stopped.length > 0) return stopped;
  }
  return [];
}

t.test('arguments that fit no form are refused before anything is sent', async (t) => {
  const client = await start(t, 'echo');
  const find = client.find.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const message = (given: string) => ({
    name: 'ValidationError',
    message: `expected a form of find(), got ${given}`,
  });
  await t.rejects(find(true), message('(boolean true)'));
  await t.rejects(find('a', 'b'), message('(string "a", string "b")'));
  await t.rejects(find(1, 2), message('(number 1, number 2)'));
  await t.rejects(find({ name: 'a' }, 1), message('(object, number 1)'));
  const sync = client.sync.find.bind(client.sync) as (...args: unknown[]) => unknown;
  t.throws(() => sync(undefined, 1), message('(undefined, number 1)'));
  const on = client.on.bind(client) as (...args: unknown[]) => Promise<unknown>;
  await t.rejects(
    on('moved', () => undefined),
    { message: 'expected a form of on(), got (string "moved", function)' },
  );
});

t.test('generated types are those of the author', (t) => {
  // Each is an assignment that the compiler checks.
  const check = (client: SignaturesClient): Partial<Record<keyof Signatures, unknown>> => ({
    find: (key: string): Promise<string> => client.find(key),
    join: (...parts: string[]): Promise<string> => client.join(',', ...parts),
    first: (value: bigint): Promise<bigint> => client.first([value], value),
  });
  t.type(check, 'function');
  t.end();
});
