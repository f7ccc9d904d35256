/** The JavaScript half, in a process of its own: `js-contest.js ROUNDS`. Prints one JSON object. Twin: bench/peers/value_contest.py. */
import { isDeepStrictEqual } from 'node:util';
import { codecs } from './codecs.js';
import { makePayloads } from './payloads.js';
import { kept, measure, type Work } from './stopwatch.js';

const rounds = Number(process.argv[2]);
const parties = makePayloads().flatMap((payload) =>
  codecs
    .filter((codec) => codec.takes(payload))
    .map((codec) => ({ payload, codec, ...codec.prepare(payload) })),
);

// Every codec has seen every payload before any is measured, as in a real program: alone, generic ones look faster than they are.
for (let i = 0; i < 200; i++)
  for (const { encode, decode, payload } of parties)
    if (i < 5 || JSON.stringify(payload.value).length < 20_000) decode(encode());

for (const { encode, decode, payload, codec } of parties)
  if (!isDeepStrictEqual(decode(Uint8Array.from(encode())), payload.value) && codec.name !== 'JSON')
    throw new Error(`${codec.name} does not keep ${payload.name}`);

const rows = makePayloads().map(({ name }) => {
  const mine = parties.filter(({ payload }) => payload.name === name);
  const coded = mine.map((party) => ({
    ...party,
    bytes: Buffer.from(party.received?.() ?? party.encode()),
  }));
  const works = (kind: 'encode' | 'decode'): Work[] =>
    coded.map(({ codec: { name }, encode, decode, bytes }) =>
      kind === 'encode'
        ? { name, run: encode }
        : { name, run: (argument) => decode(argument as Uint8Array), argument: bytes },
    );
  return {
    payload: name,
    bytes: Object.fromEntries(coded.map(({ codec, bytes }) => [codec.name, bytes.length])),
    encode: measure(works('encode'), rounds),
    decode: measure(works('decode'), rounds),
  };
});
// Asked for, so that no result was left out.
if (kept() === null) throw new Error('nothing was measured');
console.log(JSON.stringify(rows));
