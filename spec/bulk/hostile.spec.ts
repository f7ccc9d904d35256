/** References to memory that is not there, not lent, or not large enough: an error of that value, and nothing else. */
import { release, type Worker } from 'ringsnake';
import type { ValueWriter } from 'ringsnake/generated';
import { decode } from 'ringsnake/values';
import t from 'tap';
import { DepotClient, depotDefinition } from '../support/depot/depot.gen.js';
import { auditMemory, isSame, samplesOf, startDepot } from '../support/depot/start.js';
import { auditLeaks } from '../support/leaks.js';
import { fixtureModule } from '../support/workers.js';

await auditLeaks(t);
auditMemory(t);

type Alteration = readonly (readonly [offset: number, byte: number])[];

/** Of the reference to an array of 4,096 float64 at the beginning of a segment of 64 KiB. */
const LIES: readonly (readonly [name: string, alteration: Alteration, problem: string])[] = [
  ['a number beyond all segments', [[0, 64]], 'names a segment that cannot be'],
  ['a number of 2^31', [[3, 128]], 'names a segment that cannot be'],
  ['an unknown segment', [[0, 63]], 'names a segment that is not lent'],
  ['another generation', [[5, 1]], 'names a segment that is not lent'],
  ['an even generation', [[4, 2]], 'names a segment that is not lent'],
  [
    'a retired segment',
    [
      [4, 255],
      [5, 255],
      [6, 255],
      [7, 255],
    ],
    'names a segment that is not lent',
  ],
  ['an offset at the end', [[10, 1]], 'reaches beyond its segment'],
  [
    'an end beyond it',
    [
      [9, 128],
      [8, 8],
    ],
    'reaches beyond its segment',
  ],
  ['an offset near 2^64', offset(0xf8, ...Array(7).fill(0xff)), 'reaches beyond its segment'],
  ['an offset that no item can have', [[8, 3]], 'is not aligned'],
  ['another length', [[16, 8]], 'has a shape that does not fit its length'],
  ['a length near 2^64', [[23, 255]], 'has a shape that does not fit its length'],
  ['another shape', [[28, 1]], 'has a shape that does not fit its length'],
  ['an unknown version', [[24, 2]], 'has unknown version 2'],
  ['an unknown dtype', [[25, 99]], 'has unknown dtype 99'],
  ['unknown flags', [[26, 2]], 'has unknown flags 2'],
  ['33 dimensions', [[27, 33]], 'has 33 dimensions'],
  ['more dimensions than are there', [[27, 3]], 'is shorter than its header'],
  [
    'fewer dimensions than are there',
    [
      [27, 0],
      [17, 0],
      [16, 8],
    ],
    'has padding that is not zero',
  ],
  [
    'bools',
    [
      [25, 12],
      [29, 128],
    ],
    'is of bools',
  ],
];

function offset(...bytes: number[]): Alteration {
  return bytes.map((byte, i) => [8 + i, byte]);
}

t.test('Python lies to JavaScript', async (t) => {
  const { worker, depot, carrier } = await startDepot(t, {
    module: fixtureModule('lies_about_memory.py'),
    onProtocolError: () => {},
  });
  const call = counted(worker);
  const truth = await call([[24, 1]]);
  t.ok(isSame(truth, samplesOf(4096)), 'the truth, as a proof that lies are read');
  release(truth);
  for (const [name, alteration, problem] of LIES) {
    await t.rejects(
      call(alteration),
      {
        code: 'RS_DECODE',
        message: `echoSamples(): byte 0: extension 7 (bulk reference) ${problem}`,
      },
      name,
    );
  }
  t.equal(await carrier.carry(2, 4096), 1, 'the session goes on');
  t.equal((await depot.makeShared(4096, 2))[0], 2);
});

t.test('Python refers to the same memory in two answers', async (t) => {
  const { worker } = await startDepot(t, {
    module: fixtureModule('lies_about_memory.py'),
    onProtocolError: () => {},
  });
  const call = counted(worker);
  const first = await call([[24, 1]]);
  await t.rejects(call([]), { code: 'RS_DECODE', message: /was taken before/ });
  t.ok(isSame(first, samplesOf(4096)), 'the first one keeps it');
  release(first);
  await t.rejects(call([]), { code: 'RS_DECODE', message: /is not lent/ });
});

t.test('an answer to nobody gives its memory back', async (t) => {
  const reported: string[] = [];
  const { depot } = await startDepot(t, {
    module: fixtureModule('lies_about_memory.py'),
    onProtocolError: ({ code }) => reported.push(code),
  });
  // More than there are pieces of memory.
  for (let i = 0; i < 40; i++) await depot.echoSamples(Float64Array.from([9999, 24, 1]));
  t.equal(reported.filter((code) => code === 'RS_UNKNOWN_CALL').length, 40);
  t.equal(release(await depot.makeShared(4096, 1)), true);
});

/** Asks the lying worker for an answer, and tells it the number of the call. */
function counted(worker: Worker): (alteration: Alteration) => Promise<Float64Array> {
  const depot = worker.client(DepotClient);
  let calls = 0;
  return (alteration) => depot.echoSamples(Float64Array.from([++calls, ...alteration.flat()]));
}

/** A client that alters the reference of what it sends. */
function lyingClient(alter: (body: Uint8Array) => void): typeof DepotClient {
  const methods = depotDefinition.methods.map((method) => ({
    ...method,
    writeArguments(writer: ValueWriter, args: readonly unknown[]): void {
      method.writeArguments(writer, args);
      const end = writer.reserve(0);
      alter(writer.bytes.subarray(end - 32, end));
    },
  }));
  return class extends DepotClient {
    static override readonly definition = { ...depotDefinition, methods };
  };
}

t.test('JavaScript lies to Python', async (t) => {
  const { worker, depot } = await startDepot(t);
  for (const [name, alteration, problem] of LIES) {
    const lying = worker.client(
      lyingClient((body) => {
        for (const [at, byte] of alteration) body[at] = byte;
      }),
    );
    await t.rejects(
      lying.echoSamples(samplesOf(4096)),
      { code: 'RS_REMOTE', type: 'DecodeError', message: new RegExp(escaped(problem)) },
      name,
    );
  }
  t.ok(isSame(await depot.echoSamples(samplesOf(4096)), samplesOf(4096)), 'the session goes on');
});

t.test('JavaScript refers to the same memory in two calls', async (t) => {
  const { worker, depot } = await startDepot(t);
  let body: Uint8Array | undefined;
  const Lying = lyingClient((written) => {
    if (body === undefined) body = written.slice();
    else written.set(body);
  });
  const lying = worker.client(Lying);
  await lying.keep(samplesOf(4096, 5));
  await t.rejects(lying.keep(samplesOf(4096)), {
    type: 'DecodeError',
    message: /was taken before/,
  });
  t.strictSame(await depot.ends(), [5, 4100]);
  await depot.drop();
  await t.rejects(lying.keep(samplesOf(4096)), { type: 'DecodeError', message: /is not lent/ });
});

t.test('what nobody reads goes back all the same', async (t) => {
  const MIB = 1 << 20;
  const { worker } = await startDepot(t, { bulkLimit: 4 * MIB });
  // A method that Python does not serve, and one whose arguments do not fit.
  const [echoSamples] = depotDefinition.methods;
  class Beyond extends DepotClient {
    static override readonly definition = {
      ...depotDefinition,
      methods: [
        ...depotDefinition.methods.map((method) => ({
          ...method,
          writeArguments(writer: ValueWriter, args: readonly unknown[]): void {
            writer.writeArrayHead(2);
            writer.writeBoolean(true);
            writer.writeFloat64Array(args[0] as Float64Array);
          },
        })),
        { ...echoSamples, name: 'beyond' } as never,
      ],
    };
    readonly unknown: (samples: Float64Array) => Promise<unknown>;
    constructor(caller: ConstructorParameters<typeof DepotClient>[0]) {
      super(caller);
      this.unknown = (samples) => caller.call(depotDefinition.methods.length, [samples]);
    }
  }
  const beyond = worker.client(Beyond);
  for (let i = 0; i < 5; i++) {
    await t.rejects(beyond.unknown(samplesOf(MIB / 8)), { code: 'RS_UNKNOWN_METHOD' });
    await t.rejects(beyond.keep(samplesOf(MIB / 8)), { code: 'RS_VALIDATION' });
  }
  t.equal(release(worker.allocate(Uint8Array, MIB)), true);
  t.equal(release(worker.allocate(Uint8Array, 2 * MIB)), true, 'all of it');
});

t.test('outside of a channel a reference is an error', (t) => {
  const body = Buffer.alloc(24);
  t.throws(() => decode(Buffer.concat([Buffer.from([0xc7, 24, 7]), body])), {
    code: 'RS_DECODE',
    message: 'byte 0: extension 7 (bulk reference) outside of a channel',
  });
  t.end();
});

function escaped(text: string): string {
  return text.replaceAll(/[()]/g, '\\$&');
}
