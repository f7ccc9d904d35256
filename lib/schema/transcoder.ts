/**
 * Makes the untyped tree of a value, as its writer's schema has it, one that the reader's generated code reads: fields by their
 * names instead of their places, branches of unions by what they are. It judges nothing: what does not fit stays as it is, for the generated
 * reader to refuse. Twin: python/ringsnake/_schema/transcoder.py. Normative: spec/wire/schema.md §4.
 */
import { Owner } from '../wire/extensions/references.js';
import { TreeObject, TreeStream } from '../wire/extensions/tree-references.js';
import { matchingBranch } from './match.js';
import {
  dataOf,
  type FunctionType,
  type InterfaceDefinition,
  isWithNothing,
  type RecordDefinition,
  resolve,
  type Schema,
  type Shape,
  type Slot,
  slotType,
  type Type,
} from './model.js';
import { branchByTag, withNames, withPlaces } from './named-form.js';
import { SchemaProblem } from './problem.js';
import { typeText } from './text.js';
import { changedNames, isUnchanged } from './unchanged.js';

/** Undefined: the tree is right as it is. */
export type Transcode = (tree: unknown) => unknown;
type Step = Transcode | undefined;

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { readonly kind: K }>;

/** Pairs of types that may be compared for one interface: their number is no more than that of the types, but for unions. */
const PAIRS_MAX = 200_000;

/** Told of functions that stand in the same place in both schemas. */
export type OnFunction = (written: FunctionType, read: FunctionType) => void;

/** From one schema to another. */
export class Transcoding {
  readonly #from: Schema;
  readonly #to: Schema;
  readonly #onFunction: OnFunction;
  readonly #changed: ReadonlySet<string>;
  /** What has a name is compared in its turn: chains of names may be long. */
  readonly #later: (() => void)[] = [];
  /** By the texts of both. */
  readonly #known = new Map<string, Transcode>();
  #left = PAIRS_MAX;

  constructor(from: Schema, to: Schema, onFunction: OnFunction) {
    this.#from = from;
    this.#to = to;
    this.#onFunction = onFunction;
    this.#changed = changedNames(from, to);
  }

  /** To be called before the first message. */
  finish(): void {
    for (let next = this.#later.pop(); next !== undefined; next = this.#later.pop()) next();
  }

  /** Throws SchemaProblem when there is too much to compare. */
  type(from: Type, to: Type): Step {
    this.#spend(1);
    if (isUnchanged(from, to, this.#changed)) return undefined;
    // Whatever leads back to itself comes by a name.
    if (!isNamed(from) && !isNamed(to)) return this.#resolved(from, to);
    const key = `${typeText(from)} ${typeText(to)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let step: Step;
    const named = (tree: unknown): unknown => after(step, tree);
    this.#known.set(key, named);
    this.#later.push(() => {
      step = this.#resolved(from, to);
    });
    return named;
  }

  /** Of a call: an array. */
  parameters(from: readonly Slot[], to: readonly Slot[]): Transcode {
    const steps = to.map((slot, i) => {
      const source = from[i];
      // Nothing is left for it.
      if (source === undefined && slot.rest) return () => [];
      return source && this.type(slotType(source), slotType(slot));
    });
    return (tree) => {
      if (!Array.isArray(tree) || tree.length !== from.length) return tree;
      return steps.map((step, i) => after(step, tree[i]));
    };
  }

  /** Of a record or an error: an array. */
  fields(from: RecordDefinition, to: RecordDefinition): Transcode {
    const places = to.fields.map((field) => {
      const place = from.fields.findIndex(({ name }) => name === field.name);
      const source = from.fields[place];
      const step = source && this.type(slotType(source), slotType(field));
      return { place, step };
    });
    const { extra } = to;
    const hasExtra = from.extra !== undefined;
    const extraStep = from.extra && extra && this.#map(from.extra, extra);
    const size = from.fields.length + (hasExtra ? 1 : 0);
    return (tree) => {
      if (!Array.isArray(tree) || tree.length !== size) return tree;
      const fields = places.map(({ place, step }) => after(step, tree[place]));
      if (extra !== undefined) fields.push(hasExtra ? after(extraStep, tree[size - 1]) : {});
      return fields;
    };
  }

  #resolved(from: Type, to: Type): Step {
    const written = resolve(from, this.#from);
    const read = resolve(to, this.#to);
    if (read.type?.kind === 'plain' && read.type.name === 'void') return () => null;
    if (written.type === undefined || read.type === undefined) return undefined;
    const step = this.#shape(written.type, read.type, { from, to });
    const mayBeNothing = written.isNullable || written.isUndefinable;
    if (step === undefined || !mayBeNothing) return step;
    return (tree) => (tree === null || tree === undefined ? tree : step(tree));
  }

  #shape(written: Shape, read: Shape, { from, to }: { from: Type; to: Type }): Step {
    if (written.kind === 'union') return this.#fromUnion(written, read, to);
    if (read.kind === 'union') {
      const own = bare(from, this.#from);
      const place = this.#branch(own, read);
      const branch = read.branches[place];
      if (branch === undefined)
        return read.isOpen ? (tree) => [null, withNames(own, tree, this.#from)] : undefined;
      const step = this.type(own, branch);
      return (tree) => [place, after(step, tree)];
    }
    if (written.kind === 'tuple') return this.#fromTuple(written, read);
    if (written.kind !== read.kind) return undefined;
    switch (written.kind) {
      case 'record':
      case 'error':
        return this.fields(written, read as RecordDefinition);
      case 'array':
      case 'set':
        return this.#items(written, read as ShapeOf<'array'>);
      case 'map':
      case 'dict':
        return this.#map(written.value, (read as ShapeOf<'map'>).value);
      case 'stream': {
        const step = this.type(written.item, (read as ShapeOf<'stream'>).item);
        return (tree) => (tree instanceof TreeStream ? tree.with(step) : tree);
      }
      case 'function':
        this.#onFunction(written, read as FunctionType);
        return undefined;
      case 'interface':
        return this.#object(written, read as InterfaceDefinition);
      default:
        return undefined;
    }
  }

  #spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new SchemaProblem(1, 'too much to compare');
  }

  #branch(type: Type, { branches }: ShapeOf<'union'>): number {
    this.#spend(branches.length);
    const written = { type, schema: this.#from };
    return matchingBranch(written, { branches, schema: this.#to });
  }

  #fromUnion(written: ShapeOf<'union'>, read: Shape, to: Type): Step {
    const places = written.branches.map((branch) => {
      if (read.kind !== 'union') return { step: this.type(branch, bare(to, this.#to)), place: -1 };
      const place = this.#branch(branch, read);
      const target = read.branches[place];
      if (target === undefined && read.isOpen)
        return { step: (tree: unknown) => withNames(branch, tree, this.#from), place: null };
      return { step: target && this.type(branch, target), place };
    });
    const known = read.kind === 'union' ? read.branches : [];
    return (tree) => {
      if (!Array.isArray(tree) || tree.length !== 2) return tree;
      if (written.isOpen && tree[0] === null) return this.#fromOther(known, tree[1]);
      const found = places[tree[0] as number];
      if (found === undefined) return tree;
      const value = after(found.step, tree[1]);
      return read.kind === 'union' ? [found.place, value] : value;
    };
  }

  /** What the writer does not know the reader may. */
  #fromOther(branches: readonly Type[], tree: unknown): unknown {
    const place = branchByTag(branches, tree, this.#to);
    const branch = branches[place];
    return branch === undefined ? [null, tree] : [place, withPlaces(branch, tree, this.#to)];
  }

  #fromTuple(written: ShapeOf<'tuple'>, read: Shape): Step {
    if (read.kind !== 'tuple' && read.kind !== 'array') return undefined;
    const target = (place: number): Type | undefined => {
      if (read.kind === 'array') return read.item;
      const slot = read.items[place];
      return slot === undefined ? read.rest : slotType(slot);
    };
    const step = (from: Type, place: number): Step => {
      const to = target(place);
      return to && this.type(from, to);
    };
    const steps = written.items.map((slot, i) => step(slotType(slot), i));
    // Of the reader's items that the writer's rest fills, each may be of another type.
    const count = read.kind === 'tuple' ? Math.max(read.items.length, steps.length) : steps.length;
    const { rest } = written;
    if (rest !== undefined) for (let i = steps.length; i <= count; i++) steps.push(step(rest, i));
    return (tree) => {
      if (!Array.isArray(tree)) return tree;
      return tree.map((item, i) => after(steps[Math.min(i, steps.length - 1)], item));
    };
  }

  /** With what it says of itself, where it is the sender's. */
  #object(written: InterfaceDefinition, read: InterfaceDefinition): Step {
    const [has, wants] = [written, read].map(({ data }) => data.length > 0);
    if (!has && !wants) return undefined;
    const step = this.fields(dataOf(written), dataOf(read));
    return (tree) => {
      const pair = has && isPair(tree) ? tree : undefined;
      const [object, data]: readonly unknown[] = pair ?? [tree, []];
      if (!(object instanceof TreeObject) || object.owner === Owner.receiver) return tree;
      // Without its data it has told them in this message already.
      const isTold = pair === undefined && has;
      return wants && !isTold ? [object, step(data)] : object;
    };
  }

  #items(written: { readonly item: Type }, read: { readonly item: Type }): Step {
    const step = this.type(written.item, read.item);
    if (step === undefined) return undefined;
    return (tree) => {
      if (tree instanceof Set) return new Set([...tree].map(step));
      return Array.isArray(tree) ? tree.map(step) : tree;
    };
  }

  #map(written: Type, read: Type): Step {
    const step = this.type(written, read);
    if (step === undefined) return undefined;
    return (tree) => {
      if (tree instanceof Map) return new Map([...tree].map(([key, value]) => [key, step(value)]));
      if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return tree;
      return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, step(value)]));
    };
  }
}

/** Besides null and undefined. */
export function isNamed(type: Type): boolean {
  let at = type;
  while (isWithNothing(at)) at = at.inner;
  return at.kind === 'named';
}

function isPair(tree: unknown): tree is readonly [unknown, unknown] {
  return Array.isArray(tree) && tree.length === 2;
}

function after(step: Step, tree: unknown): unknown {
  return step === undefined ? tree : step(tree);
}

/** Without null and undefined, but with its name: branches are known by that. */
export function bare(type: Type, schema: Schema): Type {
  let at = type;
  for (;;) {
    if (at.kind === 'nullable' || at.kind === 'undefinable') at = at.inner;
    else if (at.kind === 'named') {
      const found = schema.definitions.get(at.name);
      if (found?.kind !== 'type') return at;
      at = found.type;
    } else return at;
  }
}
