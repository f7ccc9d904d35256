import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RingsnakeError } from '../../lib/errors.js';
import { decode, encode } from '../../lib/wire/value.js';
import { root } from '../support/root.js';
import { floatText, intText, type Meaning, parseFloatText, parseInteger } from './value-vectors.js';

/** Decode these bytes (hexadecimal), or encode the value of this meaning. */
export type Request = { decode: string } | { encode: Meaning };

/** What came of a request; `error` is the code and the message of a ringsnake error. */
export type Outcome = { meaning: Meaning } | { bytes: string } | { error: string; message: string };

/** One codec under test. */
export interface ValueImplementation {
  readonly name: string;
  /** What the host language can tell of a value. */
  seen(meaning: Meaning): Meaning;
  /** Answers in order. An error that is not ringsnake's fails the whole run. */
  run(requests: readonly Request[]): Outcome[];
}

const typescript: ValueImplementation = {
  name: 'TypeScript',
  // JavaScript has one type of number: 1.0 is 1.
  seen: (meaning) => mapNumbers(meaning),
  run: (requests) => requests.map(answer),
};

const python: ValueImplementation = {
  name: 'Python',
  seen: (meaning) => mapFloats(meaning),
  run(requests) {
    const input = requests.map((request) => JSON.stringify(request)).join('\n');
    const packages = [process.env.PYTHONPATH ?? '', join(root, 'python')].filter((p) => p !== '');
    const runner = join(root, 'spec', 'conformance', 'value_runner.py');
    const child = spawnSync(pythonCommand(), [runner], {
      input,
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: packages.join(':') },
      maxBuffer: 2 ** 30,
    });
    if (child.error) throw child.error;
    if (child.status !== 0)
      throw new Error(
        `value_runner.py ended with ${child.status ?? child.signal}: ${child.stderr}`,
      );
    const lines = child.stdout.split('\n').slice(0, -1);
    return lines.map((line) => asOutcome(JSON.parse(line)));
  },
};

export const implementations: readonly ValueImplementation[] = [typescript, python];

function pythonCommand(): string {
  const local = join(root, '.venv', 'bin', 'python');
  return process.env.RINGSNAKE_TEST_PYTHON ?? (existsSync(local) ? local : 'python3');
}

/** Python's way of writing a float differs from JavaScript's. */
function asOutcome(outcome: Outcome): Outcome {
  return 'meaning' in outcome ? { meaning: mapFloats(outcome.meaning) } : outcome;
}

function answer(request: Request): Outcome {
  try {
    return 'decode' in request
      ? { meaning: meaningOf(decode(Buffer.from(request.decode, 'hex'))) }
      : { bytes: Buffer.from(encode(hostValue(request.encode))).toString('hex') };
  } catch (error) {
    if (error instanceof RingsnakeError) return { error: error.code, message: error.message };
    throw error;
  }
}

function meaningOf(value: unknown): Meaning {
  if (value === null) return { null: true };
  if (value === undefined) return { undefined: true };
  if (typeof value === 'boolean') return { bool: value };
  if (typeof value === 'string') return { str: value };
  if (typeof value === 'bigint') return { int: intText(value) };
  if (typeof value === 'number') return mapNumbers({ float: floatText(value) });
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (value instanceof Float64Array) return { float64s: Array.from(value, floatText) };
  if (Array.isArray(value)) return { array: value.map(meaningOf) };
  return { map: Object.entries(value as object).map(([key, member]) => [key, meaningOf(member)]) };
}

function hostValue(meaning: Meaning): unknown {
  if ('null' in meaning) return null;
  if ('undefined' in meaning) return undefined;
  if ('bool' in meaning) return meaning.bool;
  if ('str' in meaning) return meaning.str;
  if ('float' in meaning) return parseFloatText(meaning.float);
  if ('bytes' in meaning) return new Uint8Array(Buffer.from(meaning.bytes, 'hex'));
  if ('float64s' in meaning) return Float64Array.from(meaning.float64s, parseFloatText);
  if ('array' in meaning) return meaning.array.map(hostValue);
  if ('map' in meaning) return hostObject(meaning.map);
  const integer = parseInteger(meaning.int);
  const safe = BigInt.asIntN(54, integer) === integer && Number.isSafeInteger(Number(integer));
  return safe ? Number(integer) : integer;
}

function hostObject(pairs: [string, Meaning][]): object {
  // Object.fromEntries defines `__proto__` as a member; assignment would not.
  return Object.fromEntries(pairs.map(([key, member]) => [key, hostValue(member)]));
}

/** With each float in JavaScript's decimal form. */
function mapFloats(meaning: Meaning): Meaning {
  if ('float' in meaning) return { float: floatText(parseFloatText(meaning.float)) };
  if ('float64s' in meaning)
    return { float64s: meaning.float64s.map((x) => floatText(parseFloatText(x))) };
  if ('array' in meaning) return { array: meaning.array.map(mapFloats) };
  if ('map' in meaning) return { map: meaning.map.map(([key, value]) => [key, mapFloats(value)]) };
  return meaning;
}

/** With each float that is a safe integer as that integer. */
export function mapNumbers(meaning: Meaning): Meaning {
  if ('float' in meaning) {
    const value = parseFloatText(meaning.float);
    const isInteger = Number.isSafeInteger(value) && !Object.is(value, -0);
    return isInteger ? { int: String(value) } : { float: floatText(value) };
  }
  if ('array' in meaning) return { array: meaning.array.map(mapNumbers) };
  if ('map' in meaning) return { map: meaning.map.map(([key, value]) => [key, mapNumbers(value)]) };
  return meaning;
}
