import type { Int } from 'ringsnake';

export interface Averages {
  /** The mean of each `width` samples, as soon as they are there. */
  moving(samples: AsyncIterable<number>, width: Int): AsyncIterable<number>;
}
