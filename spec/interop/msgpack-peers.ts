import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { addExtension, Unpackr } from 'msgpackr';
import { mapMeaning } from '../conformance/value-implementations.js';
import { meaningOf } from '../conformance/value-meanings.js';
import { floatText, type Meaning, parseFloatText } from '../conformance/value-vectors.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

/** Readers and writers in Python that are not ours. */
export type Peer = 'msgpack' | 'msgpack, any keys' | 'msgpack, short floats' | 'msgspec';

export type PeerRequest = { read: string; with: Peer } | { write: Meaning; with: Peer };

/** What a peer read; how many extensions it met, which are opaque to it, and how many keys that are bytes. */
export interface PeerValue {
  readonly meaning: Meaning;
  readonly extensions: number;
  readonly byteKeys: number;
}

export type PeerOutcome = PeerValue | { bytes: string } | { error: string };

/** Answers in order. */
export function askPeers(requests: readonly PeerRequest[]): PeerOutcome[] {
  const { PYTHONPATH = '', ...env } = pythonEnvironment();
  const child = spawnSync(pythonCommand(), [join(root, 'spec', 'interop', 'msgpack_peers.py')], {
    input: requests.map((request) => JSON.stringify(request)).join('\n'),
    encoding: 'utf8',
    env: { ...env, PYTHONPATH: `${PYTHONPATH}:${join(root, 'spec', 'conformance')}` },
    maxBuffer: 2 ** 30,
  });
  if (child.status !== 0) throw new Error(`msgpack_peers.py: ${child.status} ${child.stderr}`);
  const lines = child.stdout.split('\n').slice(0, -1);
  return lines.map((line) => withOurFloats(JSON.parse(line)));
}

/** Python's way of writing a float differs from JavaScript's. */
function withOurFloats(outcome: PeerOutcome): PeerOutcome {
  if (!('meaning' in outcome)) return outcome;
  const meaning = mapMeaning(outcome.meaning, (leaf) =>
    'float' in leaf ? { float: floatText(parseFloatText(leaf.float)) } : leaf,
  );
  return { ...outcome, meaning };
}

/** An extension that msgpackr was only told to step over. */
export class Opaque {
  readonly type: number;
  readonly body: Uint8Array;

  constructor(type: number, body: Uint8Array) {
    this.type = type;
    this.body = Uint8Array.from(body);
  }
}

/** Those of ours and of our users; -1 is MessagePack's own. */
const EXTENSIONS: readonly number[] = Array.from({ length: 64 }, (_, type) => type);

/** Reads as msgpackr does; each extension is opaque to it, and each map a Map, because it may have such keys. */
export function readByMsgpackr(bytes: Uint8Array): unknown {
  for (const type of EXTENSIONS) {
    if (!known.has(type))
      addExtension({ type, unpack: (body: Uint8Array) => new Opaque(type, body) } as never);
    known.add(type);
  }
  return READER.unpack(bytes);
}

// `auto` is missing in its types: a number where that is exact.
const READER = new Unpackr({
  useRecords: false,
  mapsAsObjects: false,
  int64AsType: 'auto' as 'bigint',
});

const known = new Set<number>();

/** What msgpackr read, in the notation of the vectors; all numbers are alike to it. */
export function peerMeaning(value: unknown): Meaning {
  if (value instanceof Opaque)
    return { extension: [value.type, Buffer.from(value.body).toString('hex')] };
  if (Array.isArray(value)) return { array: value.map(peerMeaning) };
  if (value instanceof Map)
    return { map: [...value].map(([key, item]) => [String(key), peerMeaning(item)]) };
  return meaningOf(value instanceof Uint8Array ? Uint8Array.from(value) : value);
}
