/** A Set that nothing is added to or taken from: `frozenset`. */
export class FrozenSet<T> extends Set<T> {
  constructor(items: Iterable<T> = []) {
    super();
    for (const item of items) super.add(item);
    Object.freeze(this);
  }

  /** TypeError, always. */
  override add(): never {
    return refuse();
  }

  /** TypeError, always. */
  override delete(): never {
    return refuse();
  }

  /** TypeError, always. */
  override clear(): never {
    return refuse();
  }
}

function refuse(): never {
  throw new TypeError('a FrozenSet does not change');
}
