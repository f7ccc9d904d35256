/**
 * All that is wrong with a value, by its schema: for errors, after generated code has refused it. It walks what that walks and says it in the same
 * words. Bounded in time: what is too large is looked at in part.
 */

import type { ValidationProblem } from '../errors.js';
import { kindOf } from '../wire/declared/kinds.js';
import { isOfKinds, openKinds } from '../wire/declared/open.js';
import { TreeObject } from '../wire/extensions/tree-references.js';
import { memberSegment } from '../wire/validation.js';
import {
  dataOf,
  type InterfaceDefinition,
  isWithNothing,
  type Literal,
  type Method,
  type RecordDefinition,
  resolve,
  type Schema,
  type Shape,
  type Slot,
  slotType,
  type Type,
} from './model.js';
import {
  type Form,
  isStream,
  matchesTemplate,
  scalarProblem,
  unlike,
  type Words,
} from './scalar-problems.js';
import type { Sources } from './sources.js';
import { recordOf, type Tag, tagOf } from './tag.js';
import { functionText, literalText, typeText } from './text.js';

/** Values that are looked at. */
const VALUES_MAX = 50_000;
const PACKED = 'Float64Array';
const NUMBER: Type = { kind: 'plain', name: 'number' };
/** Problems that are worth telling. */
export const PROBLEMS_MAX = 5;

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { readonly kind: K }>;

/** Where a value is, and where that was declared. */
interface Place {
  readonly path: string;
  readonly source: string | undefined;
}

export interface Examined {
  readonly schema: Schema;
  readonly sources: Sources | undefined;
  readonly form: Form;
  /** The path at which something is known to be wrong. */
  readonly known: string;
}

export class Examination {
  readonly #schema: Schema;
  readonly #sources: Sources | undefined;
  readonly #form: Form;
  readonly #known: string;
  #found: ValidationProblem[] = [];
  /** Those of which the data were looked at. */
  readonly #objects = new Set<unknown>();
  #left = VALUES_MAX;
  #knownPlace: Place | undefined;

  constructor({ schema, sources, form, known }: Examined) {
    this.#schema = schema;
    this.#sources = sources;
    this.#form = form;
    this.#known = known;
  }

  get found(): readonly ValidationProblem[] {
    return this.#found;
  }

  /** Undefined: the walk has not come by the known path. */
  get knownPlace(): Place | undefined {
    return this.#knownPlace;
  }

  /** `owner` is the interface, in which the method has a number. */
  arguments(
    { parameters }: Pick<Method, 'parameters'>,
    values: unknown,
    owner: { readonly name: string; readonly member: number },
  ): void {
    const source = this.#sources?.of(owner.name, owner.member);
    const count = parameters.length;
    this.#note({ path: '', source });
    if (!Array.isArray(values)) this.#add(unlike('arguments', values), { path: '', source });
    else if (this.#form === 'read' && values.length !== count)
      this.#add(
        { expected: `${count} arguments`, actual: `${values.length}` },
        { path: '', source },
      );
    else
      for (const [index, slot] of parameters.entries())
        this.check(slotType(slot), this.#argument(slot, values, index), {
          path: slot.name,
          source: this.#sources?.of(owner.name, owner.member, index + 1) ?? source,
        });
  }

  /** What is left of those that were given goes to the last parameter. */
  #argument({ rest }: Slot, values: readonly unknown[], index: number): unknown {
    return rest && this.#form === 'given' ? values.slice(index) : values[index];
  }

  check(type: Type, value: unknown, place: Place): void {
    this.#note(place);
    if (this.#left-- <= 0 || this.#found.length >= PROBLEMS_MAX) return;
    const { type: shape, isNullable, isUndefinable } = resolve(type, this.#schema);
    if ((value === null && isNullable) || (value === undefined && isUndefinable)) return;
    if (shape !== undefined) this.#shape(shape, value, { type, place });
    else this.#add(unlike(isNullable ? 'null' : 'undefined', value), place);
  }

  /** The fields of a record, or of an error that is declared. */
  fields(record: RecordDefinition, value: unknown, place: Place): void {
    const { name, fields, extra } = record;
    const isRead = this.#form === 'read';
    const isFitting =
      typeof value === 'object' && value !== null && Array.isArray(value) === isRead;
    if (!isFitting) {
      this.#add(unlike(name, value), place);
      return;
    }
    const values = value as readonly unknown[] & Readonly<Record<string, unknown>>;
    const count = fields.length + (extra === undefined ? 0 : 1);
    if (isRead && values.length !== count) {
      this.#add(
        { expected: `${name} of ${count} fields`, actual: `array of ${values.length}` },
        place,
      );
      return;
    }
    for (const [index, field] of fields.entries())
      this.check(slotType(field), isRead ? values[index] : values[field.name], {
        path: place.path + memberSegment(field.name),
        source: this.#sources?.of(name, index) ?? place.source,
      });
    if (extra !== undefined)
      this.#members(extra, isRead ? values[count - 1] : value, { fields, place });
  }

  #shape(shape: Shape, value: unknown, { type, place }: { type: Type; place: Place }): void {
    switch (shape.kind) {
      case 'record':
      case 'error':
        this.fields(shape, value, place);
        break;
      case 'array':
        if (Array.isArray(value)) this.#items(value, () => shape.item, place);
        else this.#add(unlike('array', value), place);
        break;
      case 'set':
        if (kindOf(value) === 'Set') this.#each(value as Set<unknown>, shape.item, place);
        else this.#add(unlike('Set', value), place);
        break;
      case 'map':
        if (kindOf(value) !== 'Map') this.#add(unlike('Map', value), place);
        else {
          let index = 0;
          for (const [key, held] of value as Map<unknown, unknown>) {
            if (!this.#goesOn) break;
            this.check(shape.key, key, { ...place, path: `${place.path}.keys()[${index}]` });
            this.check(shape.value, held, { ...place, path: `${place.path}.values()[${index++}]` });
          }
        }
        break;
      case 'dict':
        this.#members(shape.value, value, { fields: [], place });
        break;
      case 'tuple':
        this.#tuple(shape, value, place);
        break;
      case 'union':
        this.#union(shape, value, { type, place });
        break;
      case 'interface':
        this.#object(shape, value, place);
        break;
      default: {
        const problem = this.#leafProblem(shape, value);
        if (problem === undefined) return;
        // A packed array, perhaps: of those the schema says what they are on the wire.
        if (problem.expected === PACKED && this.#form === 'given' && Array.isArray(value))
          this.#items(value, () => NUMBER, place);
        else this.#add(problem, place);
      }
    }
  }

  /** Of what has no parts that could be wrong. */
  #leafProblem(
    shape: ShapeOf<'plain' | 'literals' | 'template' | 'function' | 'stream'>,
    value: unknown,
  ): Words | undefined {
    const form = this.#form;
    switch (shape.kind) {
      case 'plain':
        return scalarProblem(shape.name, value, form);
      case 'literals':
        return literalProblem(shape, value, form);
      case 'template': {
        const fits = typeof value === 'string' && matchesTemplate(shape.text, value);
        return fits
          ? undefined
          : unlike(typeof value === 'string' || form === 'given' ? shape.text : 'string', value);
      }
      case 'stream':
        return isStream(value, form) ? undefined : unlike('stream', value);
      default: {
        const fits = form === 'given' ? typeof value === 'function' : value instanceof TreeObject;
        return fits ? undefined : unlike(functionText(shape), value);
      }
    }
  }

  /** And what it says of itself, where it is the sender's. */
  #object(shape: InterfaceDefinition, value: unknown, place: Place): void {
    const { name, data } = shape;
    const isPair = this.#form === 'read' && data.length > 0 && Array.isArray(value);
    if (isPair && value.length !== 2) {
      this.#add({ expected: `${name} of 2 fields`, actual: `array of ${value.length}` }, place);
      return;
    }
    const [object, said]: unknown[] = isPair ? value : [value, value];
    const problem = this.#objectProblem(shape, object);
    if (problem !== undefined) this.#add(problem, place);
    else if (data.length > 0 && !(said instanceof TreeObject) && !this.#objects.has(object)) {
      // It may lead back to itself.
      this.#objects.add(object);
      this.fields(dataOf(shape), said, place);
    }
  }

  #objectProblem({ name, methods }: InterfaceDefinition, value: unknown): Words | undefined {
    if (this.#form === 'read') return value instanceof TreeObject ? undefined : unlike(name, value);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
      return unlike(name, value);
    const names = methods.map((method) => memberOf(method, methods));
    const lacking = names.find(
      (member) => typeof (value as Record<string, unknown>)[member] !== 'function',
    );
    if (lacking === undefined) return undefined;
    const { expected, actual } = unlike(name, value);
    return { expected, actual: `${actual} without ${lacking}()` };
  }

  #items(
    values: readonly unknown[],
    typeAt: (index: number) => Type | undefined,
    place: Place,
  ): void {
    for (let index = 0; index < values.length && this.#goesOn; index++) {
      const type = typeAt(index);
      if (type === undefined) return;
      this.check(type, values[index], { ...place, path: `${place.path}[${index}]` });
    }
  }

  #each(values: Iterable<unknown>, type: Type, place: Place): void {
    let index = 0;
    for (const value of values) {
      if (!this.#goesOn) return;
      this.check(type, value, { ...place, path: `${place.path}.values()[${index++}]` });
    }
  }

  /** What an object has beside the fields. */
  #members(
    type: Type,
    value: unknown,
    { fields, place }: { readonly fields: readonly Slot[]; readonly place: Place },
  ): void {
    if (kindOf(value) !== 'object') {
      this.#add(unlike('object', value), place);
      return;
    }
    const known = new Set(fields.map(({ name }) => name));
    for (const [key, member] of Object.entries(value as object)) {
      if (!this.#goesOn) return;
      if (known.has(key)) continue;
      this.check(type, member, { ...place, path: place.path + memberSegment(key) });
    }
  }

  #tuple(shape: ShapeOf<'tuple'>, value: unknown, place: Place): void {
    const { items, rest } = shape;
    const expected = typeText(shape);
    if (!Array.isArray(value)) {
      this.#add(unlike(expected, value), place);
      return;
    }
    const least = items.filter(({ optional }) => !optional).length;
    const most = rest === undefined ? items.length : Number.POSITIVE_INFINITY;
    if (value.length < least || value.length > most) {
      this.#add({ expected, actual: `array of ${value.length}` }, place);
      return;
    }
    const typeAt = (index: number): Type | undefined => {
      const slot = items[index];
      return slot === undefined ? rest : slotType(slot);
    };
    this.#items(value, typeAt, place);
  }

  #union(
    shape: ShapeOf<'union'>,
    value: unknown,
    { type, place }: { type: Type; place: Place },
  ): void {
    const templates = shape.branches.flatMap((branch) =>
      branch.kind === 'template' ? [branch.text] : [],
    );
    if (templates.length === shape.branches.length) {
      const fits =
        typeof value === 'string' && templates.some((text) => matchesTemplate(text, value));
      if (!fits) this.#add(unlike(typeText(shape), value), place);
      return;
    }
    const name = aliasOf(type, this.#schema) ?? typeText(shape);
    if (this.#form === 'read') this.#readBranch(shape, value, { name, place });
    else this.#givenBranch(shape, value, { name, place });
  }

  #readBranch(
    { branches, isOpen }: ShapeOf<'union'>,
    value: unknown,
    { name, place }: { name: string; place: Place },
  ): void {
    if (!Array.isArray(value)) this.#add(unlike(name, value), place);
    else if (value.length !== 2)
      this.#add({ expected: `${name} of 2 fields`, actual: `array of ${value.length}` }, place);
    else if (isOpen && value[0] === null) this.#other(branches, value[1], place);
    else {
      const [number] = value as readonly unknown[];
      const branch = branches[number as number];
      if (!Number.isSafeInteger(number)) this.#add(unlike('integer', number), place);
      else if (branch === undefined)
        this.#add({ expected: name, actual: `branch ${String(value[0])}` }, place);
      else this.check(branch, value[1], place);
    }
  }

  /** The branch that the tag names; without a tag the one with the fewest problems, of those that the value may be at all. */
  #givenBranch(
    { branches, isOpen }: ShapeOf<'union'>,
    value: unknown,
    { name, place }: { name: string; place: Place },
  ): void {
    const likely = branches.filter((branch) => this.#looks(branch, value));
    const records = likely.flatMap((branch) => {
      const { type } = resolve(branch, this.#schema);
      return type?.kind === 'record' ? [type] : [];
    });
    const tag = records.length === likely.length ? this.#tagOf(records) : undefined;
    if (likely.length === 0) this.#add(unlike(name, value), place);
    else if (tag === undefined) this.#nearest(likely, value, place);
    else {
      const actual = (value as Readonly<Record<string, unknown>>)[tag.name];
      const chosen = tag.members.findIndex((members) => members.includes(actual as Literal));
      const branch = likely[chosen];
      if (branch !== undefined) this.check(branch, value, place);
      else if (isOpen) this.#other(branches, value, place);
      else {
        const at = { path: place.path + memberSegment(tag.name), source: tag.source };
        this.#note(at);
        this.#add(unlike(expectedText([...new Set(tag.members.flat())]), actual), at);
      }
    }
  }

  /** An object of none of an open union's branches: only its tag is looked at. */
  #other(branches: readonly Type[], value: unknown, place: Place): void {
    if (kindOf(value) !== 'object') {
      this.#add(unlike('object', value), place);
      return;
    }
    const records = branches.flatMap((branch) => recordOf(branch, this.#schema) ?? []);
    const tag = this.#tagOf(records);
    if (tag === undefined) return;
    const actual = (value as Readonly<Record<string, unknown>>)[tag.name];
    const kinds = openKinds(tag.members.flat());
    const at = { path: place.path + memberSegment(tag.name), source: tag.source };
    this.#note(at);
    if (!isOfKinds(actual, kinds)) this.#add(unlike(kinds, actual), at);
    else if (tag.members.flat().includes(actual as Literal))
      this.#add(unlike(`${kinds} that is of no branch`, actual), at);
  }

  #nearest(branches: readonly Type[], value: unknown, place: Place): void {
    const outer = this.#found;
    let best: ValidationProblem[] | undefined;
    for (const branch of branches) {
      this.#found = [];
      this.check(branch, value, place);
      const found = this.#found;
      const isMeant = found.some(({ path }) => path === this.#known);
      if (best === undefined || found.length < best.length || isMeant) best = found;
      if (isMeant || found.length === 0) break;
    }
    this.#found = [...outer, ...(best ?? [])].slice(0, PROBLEMS_MAX);
  }

  /** The field that each of the records requires to be of other literals. */
  #tagOf(
    records: readonly RecordDefinition[],
  ): (Tag & { readonly source: string | undefined }) | undefined {
    const [first] = records;
    const tag = tagOf(records, this.#schema);
    if (tag === undefined || first === undefined) return undefined;
    const index = first.fields.findIndex(({ name }) => name === tag.name);
    return { ...tag, source: this.#sources?.of(first.name, index) };
  }

  /** Whether a value may be of that type, by its kind alone. */
  #looks(type: Type, value: unknown): boolean {
    const { type: shape, isNullable, isUndefinable } = resolve(type, this.#schema);
    if (value === null || value === undefined) return value === null ? isNullable : isUndefinable;
    const kind = kindOf(value);
    switch (shape?.kind) {
      case undefined:
        return false;
      case 'plain':
        return shape.name === 'unknown' || kind === (KINDS.get(shape.name) ?? shape.name);
      case 'array':
      case 'tuple':
        return kind === 'array';
      case 'set':
        return kind === 'Set';
      case 'map':
        return kind === 'Map';
      case 'literals':
        return isLiteralOf(shape, value);
      case 'template':
        return kind === 'string';
      case 'function':
        return kind === 'function';
      case 'union':
        return shape.branches.some((branch) => this.#looks(branch, value));
      default:
        return kind === 'object';
    }
  }

  get #goesOn(): boolean {
    return this.#left > 0 && this.#found.length < PROBLEMS_MAX;
  }

  #note(place: Place): void {
    if (place.path === this.#known) this.#knownPlace = place;
  }

  #add({ expected, actual }: Words, { path, source }: Place): void {
    if (this.#found.length < PROBLEMS_MAX) this.#found.push({ path, expected, actual, source });
  }
}

/** What `kindOf` says of them. */
const KINDS: ReadonlyMap<string, string> = new Map([['Int', 'number']]);

type Literals = ShapeOf<'literals'>;

function isLiteralOf({ members, isOpen }: Literals, value: unknown): boolean {
  return isOpen ? isOfKinds(value, openKinds(members)) : members.includes(value as Literal);
}

function literalProblem(shape: Literals, value: unknown, form: Form): Words | undefined {
  if (isLiteralOf(shape, value)) return undefined;
  const { members, isOpen } = shape;
  const expected = isOpen ? openKinds(members) : expectedText(members);
  const isContainer = form === 'read' && typeof value === 'object' && value !== null;
  return isContainer
    ? { expected, actual: Array.isArray(value) ? 'array' : 'object' }
    : unlike(expected, value);
}

/** As generated code lists them: `"up" or "down"`. */
function expectedText(members: readonly Literal[]): string {
  const texts = members.map(literalText);
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} or ${last}`;
}

/** The name of an alias that is a union itself. */
function aliasOf(type: Type, { definitions }: Schema): string | undefined {
  let at = type;
  let name: string | undefined;
  for (;;) {
    if (isWithNothing(at)) at = at.inner;
    else if (at.kind === 'named') {
      const found = definitions.get(at.name);
      if (found?.kind !== 'type') return name;
      name = at.name;
      at = found.type;
    } else return name;
  }
}

/** What a method is called on its object: the forms of an overloaded one, `on` and `on$2`, share a name. */
function memberOf({ name }: Method, methods: readonly Method[]): string {
  const first = name.replace(/\$\d+$/, '');
  return methods.some((method) => method.name === first) ? first : name;
}
