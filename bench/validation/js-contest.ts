/** The JavaScript half, in a process of its own: `js-contest.js ROUNDS`. Prints one JSON object. Twin: bench/peers/validation_contest.py. */
import { isDeepStrictEqual } from 'node:util';
import { ValueReader, ValueWriter } from 'ringsnake/generated';
import { usersDefinition } from '../peers/users.gen.js';
import { kept, measure, type Work } from '../values/stopwatch.js';
import { makePayloads, type Payload } from './payloads.js';
import { ajvChecks, zodTypes } from './schemas.js';

const rounds = Number(process.argv[2]);
const utf8 = new TextDecoder();

function parse(bytes: unknown): unknown {
  return JSON.parse(utf8.decode(bytes as Uint8Array));
}

/** Each makes a checked value of its argument, or throws. */
function worksOf({ value, method }: Payload): { fromBytes: Work[]; parsed: Work[]; wire: string } {
  const { writeResult, readResult } = usersDefinition.methods.find(
    ({ name }) => name === method,
  ) as (typeof usersDefinition.methods)[number];
  const writer = new ValueWriter();
  writer.resetPrivate();
  writeResult(writer, value);
  const wire = Uint8Array.from(writer.written());
  // As Python would have sent it: with its characters in a block.
  writer.resetPrivate();
  if (method === 'one') writer.beginBlock();
  writeResult(writer, value);
  if (method === 'one') writer.endBlock();
  const received = Uint8Array.from(writer.written());
  const view = new DataView(received.buffer);
  const json = Buffer.from(JSON.stringify(value));
  const checkZod = (parsed: unknown) => zodTypes[method].parse(parsed);
  const check = ajvChecks[method];
  const checkAjv = (parsed: unknown): unknown => {
    if (!check(parsed)) throw new Error(JSON.stringify(check.errors));
    return parsed;
  };
  const readBy =
    (reader: ValueReader) =>
    (bytes: unknown): unknown => {
      reader.reset(bytes as Uint8Array, view, 0, (bytes as Uint8Array).byteLength);
      const read = readResult(reader);
      reader.finish();
      return read;
    };
  const ours = readBy(new ValueReader());
  const unchecked = readBy(new ValueReader({ validation: 'off' }));
  return {
    wire: Buffer.from(wire).toString('base64'),
    fromBytes: [
      { name: 'ringsnake', run: ours, argument: received },
      { name: 'ringsnake, validation off', run: unchecked, argument: received },
      { name: 'zod', run: (bytes) => checkZod(parse(bytes)), argument: json },
      { name: 'ajv', run: (bytes) => checkAjv(parse(bytes)), argument: json },
      { name: 'JSON.parse alone', run: parse, argument: json },
    ],
    parsed: [
      { name: 'ringsnake, from bytes', run: ours, argument: received },
      {
        name: 'ringsnake, written',
        run(argument) {
          writer.resetPrivate();
          writeResult(writer, argument);
          return writer;
        },
        argument: value,
      },
      { name: 'zod', run: checkZod, argument: parse(json) },
      { name: 'ajv', run: checkAjv, argument: parse(json) },
    ],
  };
}

const parties = makePayloads().map((payload) => ({ payload, ...worksOf(payload) }));
for (const { payload, fromBytes } of parties) {
  for (const { name, run, argument } of fromBytes) {
    const read = run(argument);
    const expected: unknown =
      name.startsWith('ringsnake') || name === 'zod'
        ? payload.value
        : JSON.parse(JSON.stringify(payload.value));
    if (!isDeepStrictEqual(read, expected))
      throw new Error(`${name} does not keep ${payload.name}`);
  }
}
const rows = parties.map(({ payload, fromBytes, parsed, wire }) => ({
  payload: payload.name,
  json: JSON.stringify(payload.value),
  wire,
  method: payload.method,
  'from bytes': measure(fromBytes, rounds),
  'already parsed': measure(parsed, rounds),
}));
// Asked for, so that no result was left out.
if (kept() === null) throw new Error('nothing was measured');
console.log(JSON.stringify(rows));
