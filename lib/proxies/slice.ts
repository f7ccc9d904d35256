/** Part of a sequence, as Python has it: `slice(1, 10, 2)` is `[1:10:2]`; null or nothing: from the start, to the end, each. */
export class Slice {
  readonly start: unknown;
  readonly stop: unknown;
  readonly step: unknown;

  constructor(start: unknown, stop: unknown, step: unknown) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** `slice(start, stop, step)`, to be used as an index: `py.item(rows, slice(0, 10))`. */
export function slice(start?: unknown, stop?: unknown, step?: unknown): Slice {
  return new Slice(start, stop, step);
}
