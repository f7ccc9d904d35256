/** Every vector of values through a worker on a thread: by direct calls, by awaited ones and through proxies it is what it is over `spawn()`. */
import { join } from 'node:path';
import { embed, type RemoteError, spawn, type Worker } from 'ringsnake';
import t from 'tap';
import { decode } from '../../lib/wire/value.js';
import { comparable } from '../conformance/value-comparison.js';
import { mapMeaning } from '../conformance/value-implementations.js';
import { meaningOf, types } from '../conformance/value-meanings.js';
import { loadValueVectors, type Meaning, type Vector } from '../conformance/value-vectors.js';
import { MirrorClient } from '../support/mirror/mirror.gen.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const module = join(root, 'spec', 'support', 'mirror', 'mirror.py');
const vectors = loadValueVectors().filter(({ only = 'TypeScript' }) => only === 'TypeScript');
const accepted = vectors.filter((vector) => vector.meaning !== undefined);
const rejected = vectors.filter((vector) => vector.error !== undefined);

type Route = (value: unknown, message: Uint8Array) => unknown;

const ROUTES: Readonly<Record<string, (worker: Worker, mirror: MirrorClient) => Route>> = {
  'a direct call': (_, mirror) => (value) => mirror.sync.echo(value),
  'an awaited call': (_, mirror) => (value) => mirror.echo(value),
  'a call that waits for the loop': (_, mirror) => (value) => mirror.sync.echoLater(value),
  'what Python reads': (_, mirror) => (_value, message) => mirror.sync.read(message),
  'a blocking proxy': ({ py }) => {
    const same = py.sync.eval('lambda value: value');
    return (value) => py.sync.value(same(value));
  },
  'an awaited proxy': ({ py }) => {
    const same = py.eval('lambda value: value');
    return async (value) => await py.value((await same)(value));
  },
};

/** Sessions keep neither identity nor types of the user's, and one level of the depth is theirs; some values only JavaScript can have. */
function isPeculiar({ title, meaning }: Vector): boolean {
  const text = JSON.stringify(meaning);
  return (
    /"(definition|named|extension)":/.test(text) ||
    /\b128 (containers|deep|instances)|, in JavaScript$/.test(title) ||
    /\[\{"undefined":true\},/.test(text)
  );
}

/** What comes back: Python has tuples and lists, and sends both as arrays; a proxy's `undefined` is None. */
function expected(meaning: Meaning, route: string): Meaning {
  // In an error it says that there is no cause.
  const isNone = route.includes('proxy') && !('error' in meaning);
  return mapMeaning(meaning, (each) => {
    if ('tuple' in each) return { array: each.tuple };
    return 'undefined' in each && isNone ? { null: true } : each;
  });
}

async function outcome(work: () => unknown): Promise<string> {
  try {
    return comparable({ meaning: meaningOf(await work()) });
  } catch (error) {
    const { code, message } = error as RemoteError;
    return `${code} ${message}`;
  }
}

const workers = await Promise.all(
  [embed, spawn].map((start) => start({ module, python: pythonCommand(), types })),
);
t.teardown(() => Promise.all(workers.map((worker) => worker.destroy())));

for (const [route, open] of Object.entries(ROUTES)) {
  t.test(`each accepted vector comes back: ${route}`, async (t) => {
    const [onThread, inProcess] = workers.map((worker) =>
      open(worker, worker.client(MirrorClient)),
    ) as [Route, Route];
    let plain = 0;
    for (const vector of accepted) {
      const message = Buffer.from(vector.bytes, 'hex');
      const value = decode(message, { types });
      const found = await outcome(() => onThread(value, message));
      const elsewhere = await outcome(() => inProcess(value, message));
      if (found !== elsewhere) t.equal(found, elsewhere, vector.title);
      if (isPeculiar(vector)) continue;
      plain++;
      const wanted = comparable({ meaning: expected(vector.meaning as Meaning, route) });
      if (found !== wanted) t.equal(found, wanted, vector.title);
    }
    t.ok(plain >= 420, `${plain} of ${accepted.length} came back as they were`);
  });
}

t.test('direct calls cross no ring', async (t) => {
  const worker = await embed({ module, python: pythonCommand() });
  t.teardown(() => worker.destroy());
  const mirror = worker.client(MirrorClient);
  mirror.sync.echo(1);
  const before = worker.statistics().ring?.recordsSent;
  // What is large goes by reference, and that through the ring.
  const small = accepted.filter((vector) => vector.bytes.length < 1000 && !isPeculiar(vector));
  for (const { bytes } of small) mirror.sync.read(Buffer.from(bytes, 'hex'));
  t.equal(worker.statistics().ring?.recordsSent, before);
  await mirror.echo(1);
  t.not(worker.statistics().ring?.recordsSent, before);
});

t.test('each rejected vector is refused with the same words', async (t) => {
  const [onThread, inProcess] = workers.map((worker) => worker.client(MirrorClient)) as [
    MirrorClient,
    MirrorClient,
  ];
  for (const { title, bytes, error } of rejected) {
    const message = Buffer.from(bytes, 'hex');
    const found = await outcome(() => onThread.sync.read(message));
    const same = [
      await outcome(() => onThread.read(message)),
      await outcome(() => inProcess.sync.read(message)),
    ];
    if (same.some((each) => each !== found)) t.same(same, [found, found], title);
    const isRight = found.startsWith('RS_REMOTE DecodeError: ') && found.endsWith(error as string);
    if (!isRight) t.match(found, error, title);
  }
  t.ok(rejected.length >= 300, `${rejected.length} were refused`);
});
