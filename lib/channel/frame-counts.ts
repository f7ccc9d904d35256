import { FrameKind } from '../wire/constants.gen.js';

/** Frames of one kind, and their bytes. */
export interface FrameCount {
  readonly frames: number;
  readonly bytes: number;
}

/** Larger than every kind. */
const KINDS = 64;

/** How many frames of each kind went one way. Twin: csrc/python/frame_counts.h. */
export class FrameCounts {
  readonly #frames = new Float64Array(KINDS);
  readonly #bytes = new Float64Array(KINDS);

  add(kind: FrameKind, bytes: number): void {
    (this.#frames[kind] as number)++;
    (this.#bytes[kind] as number) += bytes;
  }

  /** Of the kinds together. */
  frames(...kinds: readonly FrameKind[]): number {
    return kinds.reduce((sum, kind) => sum + (this.#frames[kind] as number), 0);
  }

  /** By the names of the kinds, without those of which there were none. */
  toObject(): Record<string, FrameCount> {
    const counted = Object.entries(FrameKind).filter(([, kind]) => this.#frames[kind] !== 0);
    return Object.fromEntries(
      counted.map(([name, kind]) => [
        name,
        { frames: this.#frames[kind] as number, bytes: this.#bytes[kind] as number },
      ]),
    );
  }
}
