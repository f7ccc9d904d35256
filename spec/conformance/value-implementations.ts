import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RingsnakeError } from '../../lib/errors.js';
import { decode, encode } from '../../lib/wire/value.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';
import { hostValue, meaningOf, types } from './value-meanings.js';
import { floatText, type Meaning, parseFloatText } from './value-vectors.js';

/** Decode these bytes (hexadecimal), or encode the value of this meaning. */
export type Request = { decode: string } | { encode: Meaning };

/** What came of a request; `error` is the code and the message of a ringsnake error. */
export type Outcome = { meaning: Meaning } | { bytes: string } | { error: string; message: string };

/** One codec under test. */
export interface ValueImplementation {
  readonly name: 'TypeScript' | 'Python';
  /** What the host language can tell of a value. */
  seen(meaning: Meaning): Meaning;
  /** Whether it can write the meaning so that it is not another. */
  canWrite(meaning: Meaning): boolean;
  /** Answers in order. An error that is not ringsnake's fails the whole run. */
  run(requests: readonly Request[]): Outcome[];
}

const typescript: ValueImplementation = {
  name: 'TypeScript',
  // JavaScript has one type of number: 1.0 is 1.
  seen: (meaning) => mapNumbers(meaning),
  // It has `Float` for a float that is whole.
  canWrite: () => true,
  run: (requests) => requests.map(answer),
};

const python: ValueImplementation = {
  name: 'Python',
  // It has one type of integer.
  seen: (meaning) => mapMeaning(meaning, (leaf) => withoutBigint(pythonFloat(leaf))),
  canWrite(meaning) {
    return JSON.stringify(mapMeaning(meaning, withoutBigint)) === JSON.stringify(meaning);
  },
  run: (requests) =>
    runPython(requests, { command: pythonCommand(), path: pythonEnvironment().PYTHONPATH }),
};

export const implementations: readonly ValueImplementation[] = [typescript, python];

/** What Python answers: which interpreter, and where it finds the package. */
export function runPython(
  requests: readonly Request[],
  { command, path }: { command: string; path: string | undefined },
): Outcome[] {
  const runner = join(root, 'spec', 'conformance', 'value_runner.py');
  const child = spawnSync(command, [runner], {
    input: requests.map((request) => JSON.stringify(request)).join('\n'),
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: path },
    maxBuffer: 2 ** 30,
  });
  if (child.error) throw child.error;
  if (child.status !== 0)
    throw new Error(`value_runner.py ended with ${child.status ?? child.signal}: ${child.stderr}`);
  const lines = child.stdout.split('\n').slice(0, -1);
  return lines.map((line) => asOutcome(JSON.parse(line)));
}

/** Python's way of writing a float differs from JavaScript's. */
function asOutcome(outcome: Outcome): Outcome {
  return 'meaning' in outcome ? { meaning: mapMeaning(outcome.meaning, pythonFloat) } : outcome;
}

function answer(request: Request): Outcome {
  try {
    return 'decode' in request
      ? { meaning: meaningOf(decode(Buffer.from(request.decode, 'hex'), { types })) }
      : { bytes: Buffer.from(writtenWithIdentity(hostValue(request.encode))).toString('hex') };
  } catch (error) {
    if (error instanceof RingsnakeError) return { error: error.code, message: error.message };
    throw error;
  }
}

function writtenWithIdentity(value: unknown): Uint8Array {
  return encode(value, { identity: true, types });
}

/** With each float in JavaScript's decimal form. */
function pythonFloat(leaf: Meaning): Meaning {
  return 'float' in leaf ? { float: floatText(parseFloatText(leaf.float)) } : leaf;
}

function withoutBigint(leaf: Meaning): Meaning {
  return 'bigint' in leaf ? { int: leaf.bigint } : leaf;
}

/** With each float that is a safe integer as that integer. */
export function mapNumbers(meaning: Meaning): Meaning {
  return mapMeaning(meaning, (leaf) => {
    if (!('float' in leaf)) return leaf;
    const value = parseFloatText(leaf.float);
    const isInteger = Number.isSafeInteger(value) && !Object.is(value, -0);
    return isInteger ? { int: String(value) } : { float: floatText(value) };
  });
}

/** `change`d, each meaning after what is inside of it. */
export function mapMeaning(meaning: Meaning, change: (meaning: Meaning) => Meaning): Meaning {
  const inner = (each: Meaning): Meaning => mapMeaning(each, change);
  const [kind, content] = Object.entries(meaning)[0] as [string, never];
  return change(INSIDE[kind]?.(content, inner) ?? meaning);
}

type Inside = (content: never, inner: (meaning: Meaning) => Meaning) => Meaning;

/** For each kind that holds meanings. */
const INSIDE: Readonly<Record<string, Inside>> = {
  array: (items: Meaning[], inner) => ({ array: items.map(inner) }),
  tuple: (items: Meaning[], inner) => ({ tuple: items.map(inner) }),
  set: (items: Meaning[], inner) => ({ set: items.map(inner) }),
  frozenset: (items: Meaning[], inner) => ({ frozenset: items.map(inner) }),
  error: (items: Meaning[], inner) => ({ error: items.map(inner) }),
  map: (pairs: [string, Meaning][], inner) => ({ map: pairs.map(([k, v]) => [k, inner(v)]) }),
  pairs: (pairs: [Meaning, Meaning][], inner) => ({
    pairs: pairs.map(([k, v]) => [inner(k), inner(v)]),
  }),
  named: ([name, value]: [string, Meaning], inner) => ({ named: [name, inner(value)] }),
  definition: (value: Meaning, inner) => ({ definition: inner(value) }),
};
