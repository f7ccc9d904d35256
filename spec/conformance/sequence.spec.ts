/** Sequences of messages: shapes are defined in one and referred to in later ones. */
import t from 'tap';
import { implementations, type Step } from './sequence-implementations.js';
import { loadSequenceVectors } from './sequence-vectors.js';
import { areAlike, comparable } from './value-comparison.js';
import type { Outcome } from './value-implementations.js';
import type { Meaning } from './value-vectors.js';

const all = loadSequenceVectors();
const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
if (isLong) t.setTimeout(600_000);

const accepted = all.filter(({ messages }) => messages.every(({ meaning }) => meaning));
const canonical = accepted.filter((vector) => vector.canonical);

for (const implementation of implementations) {
  t.test(`${implementation.name} reads each message of each vector as it should`, async (t) => {
    t.ok(all.length >= 35);
    const outcomes = implementation.run(
      all.map(({ messages }) => messages.map(({ bytes }) => ({ decode: bytes }))),
    );
    for (const [i, { messages }] of all.entries()) {
      for (const [j, { title, meaning, error }] of messages.entries()) {
        const outcome = outcomes[i]?.[j];
        if (meaning !== undefined) {
          t.strictSame(outcome, { meaning: implementation.seen(meaning) }, title);
        } else {
          t.match(outcome, { error: 'RS_DECODE' }, title);
          t.ok(outcome && 'message' in outcome && outcome.message.endsWith(error as string), title);
        }
      }
    }
  });

  t.test(
    `VALUE-21: ${implementation.name} writes each canonical vector as its bytes`,
    async (t) => {
      t.ok(canonical.length >= 12);
      const outcomes = implementation.run(
        canonical.map(({ messages }) =>
          messages.flatMap(({ meaning }) => (meaning === undefined ? [] : [{ encode: meaning }])),
        ),
      );
      for (const [i, { messages }] of canonical.entries()) {
        for (const [j, { title, bytes }] of messages.entries())
          t.strictSame(outcomes[i]?.[j], { bytes }, title);
      }
    },
  );

  t.test(
    `VALUE-22: in ${implementation.name} a message that is not sent leaves no trace`,
    async (t) => {
      const [one, two] = [objectOf('a', 1), objectOf('b', 2)];
      const bytesOf = (steps: Step[]): Outcome | undefined =>
        implementation.run([steps])[0]?.at(-1) as Outcome | undefined;
      const both: Meaning = { array: [one, one, two, two] };
      // Keys that were met stay met: they may be defined at once. What is defined is what the reader knows.
      const expected = '94 81 a1 61 01 92 d6 08 00 00 a1 61 01 81 a1 62 02 92 d6 08 01 00 a1 62 02';
      t.strictSame(bytesOf([{ encode: both }]), { bytes: expected.replaceAll(' ', '') });
      const again =
        '94 92 d6 08 00 00 a1 61 01 92 d4 09 00 01 92 d6 08 01 00 a1 62 02 92 d4 09 01 02';
      for (const lost of [
        [{ encode: both }, { rollback: true }],
        [{ encode: both }, { rollback: true }, { rollback: true }],
      ] as Step[][])
        t.strictSame(bytesOf([...lost, { encode: both }]), { bytes: again.replaceAll(' ', '') });
    },
  );

  t.test(`VALUE-4: ${implementation.name} refuses every part of a message`, async (t) => {
    const sequences = accepted.flatMap(({ messages }) =>
      messages.flatMap(({ bytes }, i) => {
        const before = messages.slice(0, i).map((message) => ({ decode: message.bytes }));
        const sizes = bytes.length > 600 ? 100 : bytes.length / 2;
        return Array.from({ length: sizes }, (_, size) => [
          ...before,
          { decode: bytes.slice(0, 2 * size) },
        ]);
      }),
    );
    const taken = implementation
      .run(sequences)
      .filter((outcomes) => !JSON.stringify(outcomes.at(-1)).startsWith('{"error":"RS_DECODE"'));
    t.comment(`${sequences.length} parts`);
    t.strictSame(taken, []);
  });

  t.test(`VALUE-24: ${implementation.name} defines 1,024 shapes and no more`, async (t) => {
    const keys = Array.from({ length: 1030 }, (_, i) => `k${i}`);
    const twice: Meaning = { array: keys.flatMap((key) => [objectOf(key, 0), objectOf(key, 0)]) };
    const [written] = implementation.run([[{ encode: twice }, { encode: twice }]]);
    const messages = (written ?? []).map((outcome) => ('bytes' in outcome ? outcome.bytes : ''));
    const [first = '', second = ''] = messages;
    t.ok(first.includes('92d708ff03a56b3130323300'), 'the last definition');
    t.ok(second.includes(reference(255)) && second.includes(reference(256)));
    t.ok(first.endsWith(MAP_OF_LAST_KEY) && second.endsWith(MAP_OF_LAST_KEY));
    const definition = '92d6080004a17a00';
    const [read] = implementation.run([[...messages, definition].map((decode) => ({ decode }))]);
    t.strictSame(read?.slice(0, 2), [{ meaning: twice }, { meaning: twice }]);
    t.match(read?.[2], { error: 'RS_DECODE' }, 'a 1,025th');
  });
}

t.test(
  'VALUE-25: both languages take every change of a byte alike, and what comes after it',
  async (t) => {
    const values = isLong ? Array.from({ length: 256 }, (_, value) => value) : SOME;
    const sequences = all.flatMap(({ messages }) =>
      messages.flatMap(({ bytes }, i) =>
        bytes.length > 80
          ? []
          : changesOf(bytes, values).map((changed) =>
              messages.map((message, j) => ({ decode: i === j ? changed : message.bytes })),
            ),
      ),
    );
    const [ours = [], theirs = []] = implementations.map((implementation) =>
      implementation
        .run(sequences)
        .map((outcomes) => outcomes.map((each) => comparable(each as Outcome))),
    );
    const unalike = sequences.filter((_, i) =>
      ours[i]?.some((outcome, j) => !areAlike(outcome, theirs[i]?.[j] ?? '')),
    );
    t.comment(`${sequences.length} changes`);
    t.strictSame(unalike.slice(0, 10), []);
  },
);

const MAP_OF_LAST_KEY = '81a56b3130323900';

function reference(id: number): string {
  return id > 0xff ? `92d509${hex(id & 0xff)}${hex(id >> 8)}` : `92d409${hex(id)}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function objectOf(key: string, value: number): Meaning {
  return { map: [[key, { int: `${value}` }]] };
}

const SOME = [
  0x00, 0x01, 0x02, 0x08, 0x09, 0x10, 0x7f, 0x80, 0x81, 0x91, 0x92, 0x93, 0x94, 0xa0, 0xa1, 0xa2,
  0xc0,
].concat([0xc1, 0xc7, 0xc8, 0xd4, 0xd5, 0xd6, 0xd9, 0xdc, 0xde, 0xff]);

/** Each of `values` in place of every byte. */
function changesOf(bytes: string, values: readonly number[]): string[] {
  return Array.from({ length: bytes.length / 2 }, (_, position) =>
    values.map(
      (value) => bytes.slice(0, 2 * position) + hex(value) + bytes.slice(2 * position + 2),
    ),
  ).flat();
}
