import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/root.js';
import { expandVector, type Vector } from './value-vectors.js';

/** The messages of one sequence. */
export interface SequenceVector {
  readonly title: string;
  readonly canonical: boolean;
  readonly messages: readonly Vector[];
}

/** Every vector under spec/vectors/sequence. */
export function loadSequenceVectors(): SequenceVector[] {
  const folder = join(root, 'spec', 'vectors', 'sequence');
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const rows = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Row[];
      return rows.map(({ name, canonical = true, messages }) => ({
        title: name,
        canonical,
        messages: messages.map((message, i) =>
          expandVector(file, { ...message, name: `${name}, ${i}` }),
        ),
      }));
    });
}

interface Row {
  readonly name: string;
  readonly canonical?: boolean;
  readonly messages: readonly object[];
}
