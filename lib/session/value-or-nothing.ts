import type { ValueReader } from '../wire/value-reader.js';

/** The value of a frame that says all in its header, or that nobody answers: one that is malformed breaks nothing (frame.md, FRAME-2). */
export function valueOrNothing(reader: ValueReader): unknown {
  try {
    const value = reader.readValue();
    reader.finish();
    return value;
  } catch {
    return undefined;
  }
}
