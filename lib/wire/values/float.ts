/** A number that crosses as a float even if it is whole: Python gets `1.0`, not `1`. What arrives is a plain number. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    if (typeof value !== 'number') throw new TypeError('a Float holds a number');
    this.value = value;
    Object.freeze(this);
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }

  equals(other: Float): boolean {
    return Object.is(this.value, other.value);
  }
}
