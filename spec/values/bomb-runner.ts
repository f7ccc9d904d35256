/** Reads each file of a folder as a message: `node --expose-gc bomb-runner.js FOLDER`. What it cost, one JSON object a line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RingsnakeError } from '../../lib/errors.js';
import { decode } from '../../lib/values.js';

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const [folder = ''] = process.argv.slice(2);
const collect = globalThis.gc as () => void;
const sink: { value: unknown; error: string | null } = { value: undefined, error: null };

function read(bytes: Uint8Array): void {
  try {
    sink.value = decode(bytes);
    sink.error = null;
  } catch (error) {
    if (!(error instanceof RingsnakeError)) throw error;
    sink.value = undefined;
    sink.error = `${error.code} ${error.message}`;
  }
}

for (const name of readdirSync(folder).sort()) {
  const bytes = Uint8Array.from(readFileSync(join(folder, name)));
  read(bytes.subarray(0, 64));
  sink.value = undefined;
  collect();
  const before = used();
  read(bytes);
  // No collection has happened: the young generation is larger than what the bombs make.
  const made = used() - before;
  collect();
  const kept = used() - before;
  sink.value = undefined;
  const cost = { name, size: bytes.length, made, kept, error: sink.error };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
