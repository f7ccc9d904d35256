import { SHAPE_KEYS_MAX, SHAPES_MAX } from '../constants.gen.js';
import { type AnyTarget, type MemberWriter, writeByKeys, writeByNames } from './member-writer.js';

/** Places in the tree for keys that are no shape yet: what is met only once must not stay for ever. */
const CANDIDATES_MAX = 8_192;

/** Objects of a shape that are written before code is generated for it, which costs as much as a hundred of them. */
const RARE = 32;

/** Keys in an order, and how an object of them is written. */
export class SentShape {
  readonly keys: readonly string[];
  /** Its number; -1 while it has none. */
  id = -1;
  #write: MemberWriter;
  #written = 0;

  constructor(keys: readonly string[]) {
    this.keys = keys;
    this.#write = writeByKeys(keys);
  }

  /** Writes the values of an object that has just these keys. */
  write(target: AnyTarget, members: Readonly<Record<string, unknown>>): void {
    if (this.#written < RARE && ++this.#written === RARE) this.#write = writeByNames(this.keys);
    this.#write(target, members);
  }
}

/** How many shapes are found without the tree. */
const RECENT = 128;

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const count = one.length;
  if (count !== other.length) return false;
  for (let i = 0; i < count; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** A place in the tree of all keys that were met: it is reached by the keys of an object in their order. */
class Node {
  readonly key: string;
  shape: SentShape | undefined = undefined;
  /** The child that was wanted last: most often the one that is wanted next. */
  child: Node | undefined = undefined;
  /** All children, once there are two. */
  children: Map<string, Node> | undefined = undefined;

  constructor(key: string) {
    this.key = key;
  }
}

/**
 * The shapes of one direction of a connection where they are written (spec/wire/value.md §3). Keys become a shape when they are met for
 * the second time. Of a bounded size, whatever is met.
 */
export class SentShapes {
  /** Shapes that were wanted last, each at a place that its keys tell roughly. */
  readonly #recent = new Array<SentShape | undefined>(RECENT).fill(undefined);
  #root = new Node('');
  #candidates = 0;
  readonly #defined: SentShape[] = [];
  #mark = 0;

  /** Begins a message: what is defined from now on is in it. */
  begin(): void {
    this.#mark = this.#defined.length;
  }

  /** Takes back what the last message defined, because nobody will read it. */
  rollback(): void {
    for (const shape of this.#defined.splice(this.#mark)) shape.id = -1;
  }

  /** The shape of an object with these keys, which is to be defined if it has no number; undefined: such an object is a map. */
  find(keys: readonly string[]): SentShape | undefined {
    const count = keys.length;
    if (count > SHAPE_KEYS_MAX || count === 0) return undefined;
    const first = keys[0] as string;
    const place = (count + 8 * first.length + 16 * first.charCodeAt(0)) & (RECENT - 1);
    const recent = this.#recent[place];
    if (recent !== undefined && recent.id >= 0 && isSame(recent.keys, keys)) return recent;
    const shape = this.#search(keys);
    if (shape !== undefined) this.#recent[place] = shape;
    return shape;
  }

  #search(keys: readonly string[]): SentShape | undefined {
    const count = keys.length;
    let node = this.#root;
    for (let i = 0; i < count; i++) {
      const key = keys[i] as string;
      const next = node.child;
      node = next !== undefined && next.key === key ? next : this.#step(node, key);
    }
    const { shape } = node;
    if (shape === undefined) this.#meet(node, keys);
    else if (shape.id >= 0 || this.#defined.length < SHAPES_MAX) return shape;
    return undefined;
  }

  /** Gives the next number to a shape that has none. */
  define(shape: SentShape): void {
    shape.id = this.#defined.push(shape) - 1;
  }

  #meet(node: Node, keys: readonly string[]): void {
    node.shape = new SentShape(keys);
    if (this.#candidates <= CANDIDATES_MAX) return;
    this.#root = new Node('');
    for (const shape of this.#defined) {
      let place = this.#root;
      for (const key of shape.keys) place = this.#step(place, key);
      place.shape = shape;
    }
    this.#candidates = 0;
  }

  #step(node: Node, key: string): Node {
    let next = node.children?.get(key);
    if (next === undefined) {
      next = new Node(key);
      this.#candidates++;
      if (node.child !== undefined) {
        node.children ??= new Map([[node.child.key, node.child]]);
        node.children.set(key, next);
      }
    }
    node.child = next;
    return next;
  }
}
