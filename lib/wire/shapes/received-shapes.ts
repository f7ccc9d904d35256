import { makeByKeys, makeByLiteral, type NextValue, type ObjectMaker } from './object-maker.js';

/** Objects of a shape that are made before code is generated for it, which costs as much as a hundred of them. */
const RARE = 32;

/** Keys in an order, and how an object of them is made. */
export class ReceivedShape {
  readonly count: number;
  readonly #keys: readonly string[];
  #make: ObjectMaker;
  #made = 0;

  constructor(keys: readonly string[]) {
    this.count = keys.length;
    this.#keys = keys;
    this.#make = makeByKeys(keys);
  }

  /** An object of the values that come next. */
  read(source: NextValue): object {
    if (this.#made < RARE && ++this.#made === RARE) this.#make = makeByLiteral(this.#keys);
    return this.#make(source);
  }
}

/** The shapes of one direction of a connection where they are read (spec/wire/value.md §3). */
export class ReceivedShapes {
  readonly #shapes: ReceivedShape[] = [];

  get size(): number {
    return this.#shapes.length;
  }

  get(id: number): ReceivedShape | undefined {
    return this.#shapes[id];
  }

  /** Gives the next number to these keys, none of which is there twice. */
  define(keys: readonly string[]): ReceivedShape {
    const shape = new ReceivedShape(keys);
    this.#shapes.push(shape);
    return shape;
  }
}
