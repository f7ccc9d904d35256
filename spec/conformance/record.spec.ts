import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';
import { implementations } from './record-implementations.js';

interface FrameMeaning {
  readonly kind: number;
  readonly callId: number;
  readonly interfaceIndex: number;
  readonly methodIndex: number;
  /** 0 where it is not given. */
  readonly parent?: number;
  /** Hexadecimal. */
  readonly value: string;
}

interface Accepted {
  readonly name: string;
  readonly ring: string;
  readonly frames: readonly FrameMeaning[];
}

interface Rejected {
  readonly name: string;
  readonly ring: string;
  readonly error: 'nothing' | 'broken' | 'header' | 'value';
}

function load<T>(file: string): T[] {
  return JSON.parse(readFileSync(join(root, 'spec', 'vectors', 'record', file), 'utf8')) as T[];
}

const accepted = load<Accepted>('accepted.json');
const rejected = load<Rejected>('rejected.json');
const hex = (text: string): string => text.replaceAll(' ', '');
const words = ({ frames }: Accepted): string =>
  frames
    .map(
      (f) =>
        `${f.kind} ${f.callId} ${f.interfaceIndex} ${f.methodIndex} ${f.parent ?? 0} ${f.value}`,
    )
    .join(' ');

for (const { name, readsValues, run } of implementations) {
  t.test(`RING-3, FRAME-1: ${name} receives each accepted record as its frames`, async (t) => {
    const answers = run(accepted.map((vector) => `receive ${hex(vector.ring)}`));
    for (const [i, vector] of accepted.entries()) t.equal(answers[i], words(vector), vector.name);
  });

  t.test(
    `RING-3, FRAME-1: ${name} sends each frame as these bytes, and a zeroed header after them`,
    async (t) => {
      const answers = run(accepted.map((vector) => `send ${words(vector)}`));
      for (const [i, vector] of accepted.entries()) {
        const bytes = hex(vector.ring);
        const answer = answers[i] as string;
        t.equal(answer.slice(0, bytes.length), bytes, vector.name);
        t.match(answer.slice(bytes.length), /^0*$/, `${vector.name}: nothing follows`);
      }
    },
  );

  t.test(`${name} rejects each rejected record for its reason`, async (t) => {
    const mine = rejected.filter(({ error }) => readsValues || error !== 'value');
    const answers = run(mine.map((vector) => `receive ${hex(vector.ring)}`));
    for (const [i, vector] of mine.entries()) t.equal(answers[i], vector.error, vector.name);
  });
}
