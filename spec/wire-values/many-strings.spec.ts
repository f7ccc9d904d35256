/** Messages of many short strings, which are cut out of common ones: lib/wire/text-window.ts. */
import t from 'tap';
import { decode, encode } from '../../lib/values.js';
import { TextWindow, WINDOW_TEXT_MAX } from '../../lib/wire/text-window.js';

const ODD = ['', 'é', 'ÿ'.repeat(30), '蛇の指輪', '\ud800', '\ufffd', '\0', '\x7f', 'a\u0080'];

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    i % 7 === 6
      ? (ODD[i % ODD.length] as string)
      : `${i} is a text of the message, as long as many others are`.slice(
          0,
          i % (WINDOW_TEXT_MAX + 4),
        ),
  );
}

t.test('each of many strings is its own, wherever it lies', async (t) => {
  for (let first = 0; first < 40; first++) {
    const sent = [new Uint8Array(first), ...texts(600), 0.5, ...texts(50)];
    const got = decode(encode(sent)) as unknown[];
    const wrong = sent.findIndex((each, i) => typeof each === 'string' && each !== got[i]);
    if (wrong >= 0) t.fail(`with ${first} bytes before, string ${wrong}`);
    if (encode(got).length !== encode(sent).length) t.fail('another length');
  }
});

t.test('what a reader saw of one message is not in another', async (t) => {
  const one = encode(texts(100));
  const other = encode(texts(100).map((text) => text.toUpperCase()));
  for (let i = 0; i < 3; i++) {
    t.same(decode(one), texts(100));
    t.same(
      decode(other),
      texts(100).map((text) => text.toUpperCase()),
    );
  }
});

t.test('bytes that are not ASCII are left to the strict reader, wherever they stand', async (t) => {
  const bytes = Buffer.from('abcdefghijk');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const window = new TextWindow();
  for (let end = 1; end <= bytes.length; end++) {
    t.equal(window.read(bytes, view, { at: 0, end, limit: 11 }), 'abcdefghijk'.slice(0, end));
    for (let i = 0; i < end; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = 0x80;
      const changedView = new DataView(changed.buffer, changed.byteOffset, changed.length);
      if (window.read(changed, changedView, { at: 0, end, limit: 11 }) !== undefined)
        t.fail(`byte ${i} of ${end}`);
    }
  }
  for (const bad of ['a1ff', 'a2c080', 'a3eda080']) {
    const message = Buffer.concat([
      Buffer.from([0xdc, 0, 31]),
      ...Array(30).fill(Buffer.from('a161', 'hex')),
      Buffer.from(bad, 'hex'),
    ]);
    t.throws(() => decode(message), { message: 'byte 63: invalid UTF-8 in a string' });
  }
});
