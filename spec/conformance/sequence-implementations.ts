import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RingsnakeError } from '../../lib/errors.js';
import { ValueDecoder, ValueEncoder } from '../../lib/values.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';
import {
  implementations as alone,
  type Outcome,
  type ValueImplementation,
} from './value-implementations.js';
import { hostValue, meaningOf, types } from './value-meanings.js';
import type { Meaning } from './value-vectors.js';

/** What happens next in a sequence of messages; `rollback` means that the message just encoded is not sent. */
export type Step = { decode: string } | { encode: Meaning } | { rollback: true };

/** Both ends of sequences, under test. */
export interface SequenceImplementation
  extends Pick<ValueImplementation, 'name' | 'seen' | 'canWrite'> {
  /** What each step of each sequence comes to. A rollback has no outcome of its own. */
  run(sequences: readonly (readonly Step[])[]): (Outcome | Nothing)[][];
}

export type Nothing = Record<string, never>;

const BOUNDS = { begin: true };

export const implementations: readonly SequenceImplementation[] = alone.map((implementation) => ({
  name: implementation.name,
  seen: implementation.seen,
  canWrite: implementation.canWrite,
  run: implementation.name === 'Python' ? inPython : inTypescript,
}));

function inTypescript(sequences: readonly (readonly Step[])[]): (Outcome | Nothing)[][] {
  return sequences.map((steps) => {
    const encoder = new ValueEncoder({ types });
    const decoder = new ValueDecoder({ types });
    return steps.map((step) => answer(step, encoder, decoder));
  });
}

function answer(step: Step, encoder: ValueEncoder, decoder: ValueDecoder): Outcome | Nothing {
  try {
    if ('decode' in step)
      return { meaning: meaningOf(decoder.decode(Buffer.from(step.decode, 'hex'))) };
    if ('encode' in step)
      return { bytes: Buffer.from(encoder.encode(hostValue(step.encode))).toString('hex') };
    encoder.rollback();
    return {};
  } catch (error) {
    if (error instanceof RingsnakeError) return { error: error.code, message: error.message };
    throw error;
  }
}

function inPython(sequences: readonly (readonly Step[])[]): (Outcome | Nothing)[][] {
  const input = sequences
    .flatMap((steps) => [BOUNDS, ...steps].map((step) => JSON.stringify(step)))
    .join('\n');
  const runner = join(root, 'spec', 'conformance', 'sequence_runner.py');
  const { status, signal, stdout, stderr, error } = spawnSync(pythonCommand(), [runner], {
    input,
    encoding: 'utf8',
    // Which keys it still knows when they are met again depends on hashes.
    env: { ...pythonEnvironment(), PYTHONHASHSEED: '0' },
    maxBuffer: 2 ** 30,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`sequence_runner.py ended with ${status ?? signal}: ${stderr}`);
  const outcomes = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Outcome | Nothing);
  return sequences.map((steps) => outcomes.splice(0, steps.length + 1).slice(1));
}
