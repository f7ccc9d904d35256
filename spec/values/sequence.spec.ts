/** Messages of one sequence: ValueEncoder and ValueDecoder. Both languages on the same bytes: spec/conformance/sequence*.spec.ts. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { DecodeError, EncodeError } from '../../lib/errors.js';
import { decode, encode, TypeRegistry, ValueDecoder, ValueEncoder } from '../../lib/values.js';
import { root } from '../support/root.js';
import { document, value } from '../support/value-arbitraries.js';

const long = process.env['RINGSNAKE_FUZZ'] === '1';
const parameters = { seed: 20_261_121, numRuns: long ? 10_000 : 400 };

/** What becomes of a message. */
const fate = fc.constantFrom('sent', 'sent', 'sent', 'not sent', 'not written');
type Plan = readonly (readonly [value: unknown, fate: string])[];
const plan = fc.array(fc.tuple(fc.oneof(document, document, value), fate), { maxLength: 12 });

interface Pair {
  readonly encoder: Pick<ValueEncoder, 'encode' | 'rollback'>;
  readonly decoder: Pick<ValueDecoder, 'decode'>;
}

function newPair(): Pair {
  return { encoder: new ValueEncoder(), decoder: new ValueDecoder() };
}

/** Throws unless each message that is sent arrives as it is alone. */
function follow(steps: Plan, { encoder, decoder }: Pair): void {
  for (const [sent, fate] of steps) {
    if (fate === 'not written') {
      try {
        encoder.encode([sent, () => sent]);
      } catch (error) {
        if (error instanceof EncodeError) continue;
        throw error;
      }
      throw new Error('a function was written');
    }
    const bytes = encoder.encode(sent);
    if (fate === 'not sent') encoder.rollback();
    else if (!isDeepStrictEqual(decoder.decode(bytes), decode(encode(sent))))
      throw new Error('another value');
  }
}

t.test('each message arrives as it would alone, whatever became of those before', async (t) => {
  fc.assert(
    fc.property(plan, (steps) => follow(steps, newPair())),
    parameters,
  );
  const forgetful = (): Pair => {
    const { encoder, decoder } = newPair();
    return { encoder: { encode: (sent) => encoder.encode(sent), rollback: () => {} }, decoder };
  };
  const broken = fc.check(
    fc.property(plan, (steps) => follow(steps, forgetful())),
    parameters,
  );
  t.ok(broken.failed, 'shapes of a message that was not sent would be seen');
});

t.test('VALUE-25: when messages are lost, later ones are right or refused', async (t) => {
  let refused = 0;
  let right = 0;
  const steps = fc.array(fc.tuple(document, fc.boolean()), { minLength: 3, maxLength: 12 });
  const look = (each: readonly (readonly [unknown, boolean])[], pair: Pair): void => {
    for (const [value, arrives] of each) {
      const sent = [value, value];
      const bytes = pair.encoder.encode(sent);
      if (!arrives) continue;
      try {
        if (!isDeepStrictEqual(pair.decoder.decode(bytes), decode(encode(sent))))
          throw new Error('another value');
        right++;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        refused++;
      }
    }
  };
  fc.assert(
    fc.property(steps, (each) => look(each, newPair())),
    parameters,
  );
  t.comment(`${right} right, ${refused} refused`);
  t.ok(right > 100 && refused > 100);
  // A reader that goes on with what it has.
  const careless = (): Pair => {
    const { encoder, decoder } = newPair();
    const read = (bytes: Uint8Array): unknown => {
      try {
        return decoder.decode(bytes);
      } catch {
        return {};
      }
    };
    return { encoder, decoder: { decode: read } };
  };
  const broken = fc.check(
    fc.property(steps, (each) => look(each, careless())),
    parameters,
  );
  t.ok(broken.failed, 'a value made up would be seen');
});

t.test('a message costs fewer bytes when its keys were met before', async (t) => {
  const encoder = new ValueEncoder();
  const person = { name: 'snake', length: 2.25, tags: ['a'] };
  const sizes = [1, 2, 3].map(() => encoder.encode(person).length);
  t.equal(sizes[0], encode(person).length);
  t.ok((sizes[1] as number) > (sizes[0] as number) && (sizes[2] as number) < (sizes[0] as number));
});

t.test('objects are alike, however many there were', async (t) => {
  const { encoder, decoder } = newPair();
  const odd = JSON.parse(
    '{"1":1,"__proto__":{"x":1},"constructor":2,"a b":3,"\\u2028`$ {}\\"\\\\":4,"":5}',
  );
  for (let i = 0; i < 200; i++) {
    const got = decoder.decode(encoder.encode(odd)) as object;
    if (Object.getPrototypeOf(got) !== Object.prototype) t.fail('a prototype was set');
    if (JSON.stringify(got) !== JSON.stringify(odd)) t.fail(`the ${i}th is another`);
    if (!Object.values(Object.getOwnPropertyDescriptors(got)).every(isOrdinary))
      t.fail('a member is not ordinary');
  }
  t.equal(({} as { x?: unknown }).x, undefined);
});

function isOrdinary({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable === true && enumerable === true && configurable === true;
}

t.test('objects are the same where no code may be generated', async (t) => {
  const program = `
    import { ValueDecoder, ValueEncoder } from ${JSON.stringify(pathToFileURL(join(root, 'dist/lib/values.js')).href)};
    const encoder = new ValueEncoder();
    const decoder = new ValueDecoder();
    const odd = JSON.parse('{"1":1,"__proto__":{"x":1},"a b":3}');
    let last;
    for (let i = 0; i < 100; i++) last = decoder.decode(encoder.encode(odd));
    let generates = true;
    try { new Function('') } catch { generates = false }
    console.log(JSON.stringify([generates, last, Object.getPrototypeOf(last) === Object.prototype]));
  `;
  for (const [flags, generates] of [
    [['--disallow-code-generation-from-strings'], false],
    [[], true],
  ] as const) {
    const argv = [...flags, '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    t.equal(stdout, `[${generates},{"1":1,"__proto__":{"x":1},"a b":3},true]\n`, stderr);
  }
});

t.test(
  'what encodes while it is encoded makes a message that can be read before or after',
  async (t) => {
    const { encoder, decoder } = newPair();
    const inner: Uint8Array[] = [];
    const outer = (): Uint8Array =>
      encoder.encode({
        a: { b: 1 },
        get c() {
          inner.push(encoder.encode([{ b: 1 }, { b: 2 }, { d: 1 }, { d: 2 }]));
          encoder.rollback();
          return { b: 3 };
        },
      });
    const [first, second] = [outer(), outer()];
    for (const bytes of inner) t.same(decode(bytes), [{ b: 1 }, { b: 2 }, { d: 1 }, { d: 2 }]);
    t.same(decoder.decode(first), { a: { b: 1 }, c: { b: 3 } });
    t.same(decoder.decode(second), { a: { b: 1 }, c: { b: 3 } });
  },
);

t.test('what decodes while it is decoded reads the next message', async (t) => {
  const encoder = new ValueEncoder();
  class Letter {
    readonly inside: unknown;
    constructor(inside: unknown) {
      this.inside = inside;
    }
  }
  const messages = [encoder.encode({ a: 1 }), encoder.encode({ a: 2 }), encoder.encode({ a: 3 })];
  const types = new TypeRegistry();
  const decoder = new ValueDecoder({ types });
  types.register('letter', {
    type: Letter,
    toValue: ({ inside }) => inside,
    fromValue: (bytes) => new Letter(decoder.decode(bytes as Uint8Array)),
  });
  const letters = encode(
    messages.map((bytes) => new Letter(bytes)),
    { types },
  );
  t.same(
    decoder.decode(letters),
    [{ a: 1 }, { a: 2 }, { a: 3 }].map((each) => new Letter(each)),
  );
});

t.test('with identity keys are written each time', async (t) => {
  const encoder = new ValueEncoder({ identity: true });
  const shared = { a: 1 };
  for (let i = 0; i < 3; i++) {
    const [one, two] = decode(encoder.encode([shared, shared])) as unknown[];
    t.equal(one, two);
  }
});

t.test('keys that are met only once take no room for ever', async (t) => {
  const encoder = new ValueEncoder();
  const decoder = new ValueDecoder();
  const kept = { kept: true };
  decoder.decode(encoder.encode([kept, kept]));
  for (let i = 0; i < 300; i++) {
    const sent = Array.from({ length: 100 }, (_, j) => ({
      [`once${i}x${j}`]: { [`${j}-${i}`]: 0 },
    }));
    if (i % 50 === 0) t.same(decoder.decode(encoder.encode(sent)), sent);
    else encoder.encode(sent);
  }
  const size = encoder.encode(kept).length;
  t.equal(size, '92 d4 09 00 c3'.split(' ').length, 'a shape that was defined is still known');
});
