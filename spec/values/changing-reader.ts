/** Reads messages while another thread writes to them, for some milliseconds: `changing-reader.js MILLISECONDS`. */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { RingsnakeError } from '../../lib/errors.js';
import { decode, encode } from '../../lib/values.js';

const SIZE = 30_000;

/** Two of one length. */
interface Pair {
  readonly memory: SharedArrayBuffer;
  readonly messages: readonly Uint8Array[];
}

function string(head: number, type: readonly number[], body: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Uint8Array.of(head), Buffer.alloc(4), Uint8Array.from(type), body]);
  bytes.writeUInt32BE(body.length, 1);
  return bytes;
}

function pairs(): Pair[] {
  const utf8 = ['a', 'é', '漢', '😀'].map((character) =>
    string(0xdb, [], Buffer.from(character.repeat(SIZE / Buffer.byteLength(character)))),
  );
  const utf16 = ['a', 'é', '漢'].map((character) =>
    string(0xc9, [2], Buffer.from(character.repeat(SIZE), 'utf16le')),
  );
  const latin1 = ['a', 'é'].map((character) =>
    string(0xc9, [1], Buffer.from(character.repeat(SIZE), 'latin1')),
  );
  const short = ['a'.repeat(22), 'é'.repeat(11), `${'漢'.repeat(7)}a`].map((text) =>
    encode(Array(200).fill({ [text]: text })),
  );
  return [utf8, utf16, latin1, short].map((messages) => {
    const memory = new SharedArrayBuffer(messages[0]?.length ?? 0);
    new Uint8Array(memory).set(messages[0] ?? []);
    return { memory, messages };
  });
}

function scribble(all: readonly Pair[]): never {
  while (true) {
    for (const { memory, messages } of all) {
      const bytes = new Uint8Array(memory);
      for (let i = 0; i < 200; i++) bytes.set(messages[i % messages.length] ?? []);
    }
  }
}

function read(all: readonly Pair[], milliseconds: number): void {
  const end = Date.now() + milliseconds;
  let values = 0;
  let refused = 0;
  while (Date.now() < end) {
    for (const { memory } of all) {
      try {
        decode(new Uint8Array(memory));
        values++;
      } catch (error) {
        if (!(error instanceof RingsnakeError)) throw error;
        refused++;
      }
    }
  }
  process.stdout.write(`${values} values, ${refused} refused\n`);
  process.exit(0);
}

if (isMainThread) {
  const all = pairs();
  const worker = new Worker(new URL(import.meta.url), { workerData: all });
  worker.once('online', () => read(all, Number(process.argv[2])));
} else {
  scribble(workerData as Pair[]);
}
