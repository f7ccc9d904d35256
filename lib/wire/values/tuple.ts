/** A frozen array: `tuple`. Its methods make plain arrays. */
export class Tuple<T> extends Array<T> {
  constructor(items: Iterable<T> = []) {
    super();
    for (const item of items) this.push(item);
    Object.freeze(this);
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static override of<T>(...items: T[]): Tuple<T> {
    return new Tuple(items);
  }
}
