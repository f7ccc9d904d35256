/** Whether who sends a value can tell by its content which branch of a union it is of. */
import type { Branch, Slot, TupleType, Type } from '../model.js';
import type { Known } from './overload-check.js';

/** Two branches that some value is of, and what such a value looks like. */
export interface Ambiguity {
  readonly branches: readonly [Branch, Branch];
  readonly sample: string;
}

/**
 * The first two branches that a value may both be of. Of branches of different kinds there is none, nor of records one of which
 * requires a key that the other one has not, or another literal: whoever encodes looks at these, and no deeper.
 */
export function ambiguityOf(branches: readonly Branch[], known: Known): Ambiguity | undefined {
  const check = new UnionCheck(known);
  for (const [index, second] of branches.entries()) {
    for (const first of branches.slice(0, index)) {
      const sample = check.shared(first, second);
      if (sample !== undefined) return { branches: [first, second], sample };
    }
  }
  return undefined;
}

class UnionCheck {
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  /** What a value of both looks like; undefined where there is none, or where it is the same as either. */
  shared(first: Type, second: Type): string | undefined {
    const [a, b] = [this.#plain(first), this.#plain(second)];
    if (a.kind === 'union') return find(a.branches, (branch) => this.shared(branch, b));
    if (b.kind === 'union') return find(b.branches, (branch) => this.shared(a, branch));
    const kind = CONTAINERS[a.kind];
    if (kind === undefined || kind !== CONTAINERS[b.kind]) return undefined;
    if (kind === 'array') return this.#array(a, b) ? '[…]' : undefined;
    if (kind !== 'object') return SAMPLES[kind];
    // A `Map` is no object in JavaScript, but it is a `dict` in Python.
    if (a.kind === 'map' || b.kind === 'map')
      return a.kind === 'dict' || b.kind === 'dict' || a.kind === b.kind
        ? 'an empty `dict`'
        : undefined;
    // Of objects by reference nothing is looked at.
    if (a.kind === 'object' && b.kind === 'object') return 'an object';
    return this.#keyed(a, b);
  }

  #keyed(a: Type, b: Type): string | undefined {
    const [own, other] = [this.#fieldsOf(a), this.#fieldsOf(b)];
    const names = new Set<string>();
    for (const [fields, others] of [
      [own, other],
      [other, own],
    ] as const) {
      for (const field of fields) {
        if (!isRequired(field)) continue;
        const match = others.find(({ name }) => name === field.name);
        if (match === undefined || !this.#mayBeBoth(field, match)) return undefined;
        names.add(field.name);
      }
    }
    return names.size === 0 ? '{}' : `{ ${[...names].join(', ')} }`;
  }

  #fieldsOf(type: Type): readonly Slot<Type>[] {
    return type.kind === 'record' ? (this.#known.record(type.name)?.fields ?? []) : [];
  }

  /** Whether the same value may stand in both fields, as far as their kinds tell. A literal says what it is where the other may be anything. */
  #mayBeBoth(a: Slot<Type>, b: Slot<Type>): boolean {
    const [left, right] = [this.#literals(a), this.#literals(b)];
    if (left !== undefined && right !== undefined)
      return left.some((value) => right.includes(value));
    if (left !== undefined || right !== undefined) return false;
    const [kinds, others] = [this.#kindsOf(a.type), this.#kindsOf(b.type)];
    return kinds.has(ANY) || others.has(ANY) || [...kinds].some((kind) => others.has(kind));
  }

  /** Of a field that must hold one of them. */
  #literals({ type, optional }: Slot<Type>): readonly unknown[] | undefined {
    return optional ? undefined : this.#values(this.#plain(type));
  }

  #values(type: Type): readonly unknown[] | undefined {
    if (type.kind === 'literal') return type.members;
    return type.kind === 'enum' ? this.#known.enumValues(type.name) : undefined;
  }

  #kindsOf(type: Type): ReadonlySet<string> {
    const plain = this.#plain(type);
    if (plain.kind === 'union')
      return new Set(plain.branches.flatMap((branch) => [...this.#kindsOf(branch)]));
    if (plain.kind === 'nullable' || plain.kind === 'undefinable')
      return new Set([...this.#kindsOf(plain.inner), plain.kind]);
    if (plain.kind === 'null') return new Set(['nullable']);
    const values = this.#values(plain);
    if (values !== undefined) return new Set(values.map((value) => typeof value));
    if (plain.kind === 'unknown') return new Set([ANY]);
    return new Set([LIKE[plain.kind] ?? CONTAINERS[plain.kind] ?? plain.kind]);
  }

  /** By their length, or by what their first item looks like. An empty one is the same whatever its items would be. */
  #array(a: Type, b: Type): boolean {
    const [left, right] = [tupleOf(a), tupleOf(b)];
    const count = Math.max(least(left), least(right));
    if (count > most(left) || count > most(right)) return false;
    const places = Array.from({ length: Math.max(count, 1) }, (_, place) => place);
    const items = places.map((place) => [itemAt(left, place), itemAt(right, place)]);
    return items.every(([one, other]) => {
      if (one === undefined || other === undefined) return true;
      const slot = (type: Type) => ({ type, optional: false }) as Slot<Type>;
      if (!this.#mayBeBoth(slot(one), slot(other))) return false;
      return !this.#isKeyed(one) || !this.#isKeyed(other) || this.shared(one, other) !== undefined;
    });
  }

  /** Whose content is looked at, one by one. */
  #isKeyed(type: Type): boolean {
    const plain = this.#plain(type);
    return plain.kind === 'union'
      ? plain.branches.every((each) => this.#isKeyed(each))
      : plain.kind === 'record';
  }

  #plain(type: Type): Type {
    const held = type.kind === 'alias' ? this.#known.aliased(type.name) : undefined;
    return held === undefined ? type : this.#plain(held);
  }
}

const ANY = 'unknown';

/** Kinds of values that hold others: those of one kind look alike. */
const CONTAINERS: Readonly<Record<string, 'array' | 'set' | 'object' | 'function'>> = {
  array: 'array',
  tuple: 'array',
  set: 'set',
  map: 'object',
  dict: 'object',
  record: 'object',
  object: 'object',
  function: 'function',
};

const SAMPLES = { set: 'an empty `Set`', function: 'a function' };

const LIKE: Readonly<Record<string, string>> = { template: 'string', integer: 'number' };

function isRequired({ optional, type }: Slot<Type>): boolean {
  return !optional && type.kind !== 'undefinable';
}

function tupleOf(type: Type): Pick<TupleType, 'items' | 'rest'> {
  if (type.kind === 'tuple') return type;
  return { items: [], rest: type.kind === 'array' ? type.item : undefined };
}

function least({ items }: Pick<TupleType, 'items'>): number {
  return items.filter(({ optional }) => !optional).length;
}

function most({ items, rest }: Pick<TupleType, 'items' | 'rest'>): number {
  return rest === undefined ? items.length : Number.POSITIVE_INFINITY;
}

function itemAt(
  { items, rest }: Pick<TupleType, 'items' | 'rest'>,
  place: number,
): Type | undefined {
  return items[place]?.type ?? rest;
}

function find<T>(parts: readonly T[], look: (part: T) => string | undefined): string | undefined {
  for (const part of parts) {
    const found = look(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
