import t from 'tap';
import { decode, encode, TypeRegistry } from '../../lib/values.js';

class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

class Node {
  next: unknown;
}

class Color {
  readonly rgb: Uint8Array;

  constructor(rgb: Uint8Array) {
    if (rgb.length !== 3) throw new RangeError(`a color has 3 bytes, not ${rgb.length}`);
    this.rgb = rgb;
  }
}

const types = new TypeRegistry()
  .register('Point', {
    type: Point,
    toValue: ({ x, y }) => [x, y],
    fromValue: (value) => {
      const [x, y] = value as [number, number];
      return new Point(x, y);
    },
  })
  .register('Node', {
    type: Node,
    toValue: ({ next }) => next,
    fromValue: (next) => Object.assign(new Node(), { next }),
  })
  .registerExtension(40, {
    type: Color,
    toBytes: ({ rgb }) => rgb,
    fromBytes: (bytes) => new Color(bytes),
  });

t.test('an instance of a registered class arrives as one', async (t) => {
  const sent = { from: new Point(1, 2), colors: [new Color(new Uint8Array([1, 2, 3]))] };
  t.strictSame(decode(encode(sent, { types }), { types }), sent);
});

t.test('of a name that is not registered there is the value alone', async (t) => {
  t.strictSame(decode(encode([new Point(1, 2)], { types })), [[1, 2]]);
});

t.test('an extension that is not registered is refused', async (t) => {
  const bytes = encode(new Color(new Uint8Array(3)), { types });
  t.throws(() => decode(bytes), { message: 'byte 0: unknown extension type 40' });
});

t.test("what a type's own function throws names the place", async (t) => {
  const refusing = new TypeRegistry().register('Point', {
    type: Point,
    toValue: () => {
      throw new Error('not today');
    },
    fromValue: () => {
      throw new Error('nor tomorrow');
    },
  });
  t.throws(() => encode({ a: [new Point(1, 2)] }, { types: refusing }), {
    code: 'RS_ENCODE',
    path: '.a[0]',
    message: /an instance of Point cannot cross: not today/,
  });
  t.throws(() => decode(encode([new Point(1, 2)], { types }), { types: refusing }), {
    code: 'RS_DECODE',
    message: 'byte 1: invalid value of type Point: nor tomorrow',
  });
  t.throws(() => decode(Buffer.from('91d42801', 'hex'), { types }), {
    message: 'byte 1: invalid value of extension 40: a color has 3 bytes, not 1',
  });
});

t.test('a subclass is no instance of its base: it would arrive as another', async (t) => {
  class Point3 extends Point {}
  t.throws(() => encode(new Point3(1, 2), { types }), { message: /an instance of Point3 cannot/ });
});

t.test('instances keep their identity when asked for, and no cycle', async (t) => {
  const node = new Node();
  node.next = [1];
  const received = decode(encode([node, node], { types, identity: true }), { types }) as Node[];
  t.equal(received[0], received[1]);
  t.ok(received[0] instanceof Node);
  node.next = { node };
  t.throws(() => encode(node, { types }), { path: '.node', message: /contains itself/ });
  t.throws(() => encode(node, { types, identity: true }), { path: '.node', code: 'RS_ENCODE' });
});

t.test('what would be endless is an error', async (t) => {
  const endless = new TypeRegistry().register('Node', {
    type: Node,
    toValue: () => new Node(),
    fromValue: (value) => value as Node,
  });
  t.throws(() => encode(new Node(), { types: endless }), { message: /nested deeper than 128/ });
});

t.test('a name, a code and a class are registered once', async (t) => {
  const registry = new TypeRegistry();
  const named = { type: Point, toValue: () => 1, fromValue: () => new Point(1, 2) };
  const extension = {
    type: Color,
    toBytes: () => new Uint8Array(),
    fromBytes: () => new Color(new Uint8Array(3)),
  };
  registry.register('Point', named).registerExtension(32, extension);
  t.throws(() => registry.register('Point', { ...named, type: Node as never }), TypeError);
  t.throws(() => registry.register('Other', named), TypeError);
  t.throws(() => registry.registerExtension(33, extension), TypeError);
  t.throws(() => registry.registerExtension(32, { ...extension, type: Node as never }), TypeError);
  for (const code of [31, 64, 32.5, -1]) {
    t.throws(
      () => registry.registerExtension(code, { ...extension, type: Node as never }),
      RangeError,
    );
  }
  t.throws(() => registry.register('Any', { ...named, type: Object as never }), TypeError);
});

t.test('a built-in class may be registered, too: what is registered comes first', async (t) => {
  const own = new TypeRegistry().register('pattern', {
    type: RegExp,
    toValue: ({ source, flags }) => [source, flags],
    fromValue: (value) => new RegExp(...(value as [string, string])),
  });
  t.strictSame(decode(encode(/a+/gi, { types: own }), { types: own }), /a+/gi);
});
