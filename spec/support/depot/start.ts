import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { TypeRegistry } from 'ringsnake/values';
import { collectUntil } from '../collector.js';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { CarrierClient, DepotClient, YardServer } from './depot.gen.js';

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** What details of errors hold. */
export class Crate {
  readonly label: string;
  readonly samples: Float64Array;

  constructor(label: string, samples: Float64Array) {
    this.label = label;
    this.samples = samples;
  }
}

const types = new TypeRegistry().register('Crate', {
  type: Crate,
  toValue: ({ label, samples }) => ({ label, samples }),
  fromValue: (value) => {
    const { label, samples } = value as Crate;
    return new Crate(label, samples);
  },
});

/** What the worker has stored here. */
export const stored: Float64Array[] = [];

const yard = new YardServer({
  store: (samples) => {
    if (samples.length === 0)
      throw Object.assign(new RangeError('nothing to store'), {
        details: new Crate('empty', new Float64Array(1 << 14).fill(4.5)),
      });
    stored.push(samples);
    return samples.reduce((sum, sample) => sum + sample, 0);
  },
  swap: (bytes) => Uint8Array.from(bytes).reverse(),
});

/** At the end of a file: no array keeps the memory of a worker. */
export function auditMemory(t: Teardown): void {
  t.teardown(() => collectUntil('all shared memory is gone', () => segmentsMapped() === 0));
}

/** A depot that the test's end destroys. */
export async function startDepot(
  t: Teardown,
  options: Partial<SpawnOptions> = {},
): Promise<{ worker: Worker; depot: DepotClient; carrier: CarrierClient }> {
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'depot', 'depot.py'),
    python: pythonCommand(),
    serves: [yard],
    types,
    ...options,
  });
  t.teardown(async () => {
    await worker.destroy();
    stored.splice(0);
  });
  return { worker, depot: worker.client(DepotClient), carrier: worker.client(CarrierClient) };
}

/** Segments in this process, ours and the peer's, and rings. */
export function segmentsMapped(): number {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return maps.filter((line) => line.includes('memfd:ringsnake')).length;
}

export function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** So many items, each another. */
export function samplesOf(length: number, first = 0): Float64Array {
  return Float64Array.from({ length }, (_, i) => first + i);
}

/** Whether two arrays are the same to the bit; quick where a comparison item by item is not. */
export function isSame(one: Float64Array, other: Float64Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(one).equals(bytes(other));
}
