import type { Int } from 'ringsnake';

/** Where arrays are loaded and unloaded. */
export interface Quay {
  /** How many items there are. */
  count(samples: Float64Array): Promise<Int>;
  /** An array out of Python's own memory. */
  own(length: Int): Promise<Float64Array>;
  /** An array out of shared memory, whatever lies there. */
  shared(length: Int): Promise<Float64Array>;
}
