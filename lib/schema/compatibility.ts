/**
 * Whether a client of one schema can call a server of another: what each side receives may be less than it knows, never more. The only place that
 * has these rules: `ringsnake diff` and sessions ask here. Normative: spec/wire/schema.md §3.
 */
import { isOfKinds, openKinds } from '../wire/declared/open.js';
import { type Clash, type Finding, otherSide, type Side } from './finding.js';
import { isOf, isOther, isTakenByOpen, isWiderPlain, isWithin, matchingBranch } from './match.js';
import {
  type DefinitionOf,
  dataOf,
  type FunctionType,
  type Method,
  type RecordDefinition,
  resolve,
  type Schema,
  type Shape,
  type Slot,
  slotType,
  type Type,
} from './model.js';
import { namelessPart } from './named-form.js';
import { SchemaProblem } from './problem.js';
import { tagOfUnion } from './tag.js';
import { functionText, keyText, literalText, methodText, slotText, typeText } from './text.js';
import { bare, isNamed } from './transcoder.js';
import { changedNames, isUnchanged, isUnchangedCall } from './unchanged.js';
import { typesIn } from './walk.js';

/** Pairs of types that are compared, at most. */
const PAIRS_MAX = 200_000;
/** Findings; more would not be read. */
const FINDINGS_MAX = 1000;

type ShapeOf<K extends Shape['kind']> = Extract<Shape, { readonly kind: K }>;

/** A value on its way. */
interface Flow {
  readonly writer: Side;
  readonly path: string;
}

interface Both<T> {
  readonly written: T;
  readonly read: T;
}

/** Empty: they can talk. Throws SchemaProblem when there is too much to compare. */
export function incompatibilities(client: Schema, server: Schema): Finding[] {
  const comparison = new Comparison(client, server);
  comparison.interfaces(client.name, server.name, 'client');
  comparison.finish();
  return comparison.findings;
}

class Comparison {
  readonly findings: Finding[] = [];
  readonly #schemas: Readonly<Record<Side, Schema>>;
  readonly #changed: ReadonlySet<string>;
  /** Pairs of names that were compared, or are being. */
  readonly #seen = new Set<string>();
  /** The texts of functions, and what they are on the other side. */
  readonly #functions: Readonly<Record<Side, Map<string, string>>> = {
    client: new Map(),
    server: new Map(),
  };
  /** What has a name is compared in its turn: chains of names may be long. */
  readonly #later: (() => void)[] = [];
  #left = PAIRS_MAX;

  constructor(client: Schema, server: Schema) {
    this.#schemas = { client, server };
    this.#changed = changedNames(client, server);
  }

  finish(): void {
    // More are added meanwhile.
    for (const compare of this.#later) compare();
  }

  /** The interfaces of these names, of the caller and of the callee. */
  interfaces(calling: string, called: string, caller: Side): void {
    const callee = otherSide(caller);
    const ours = this.#schemas[caller].definitions.get(calling) as DefinitionOf<'interface'>;
    const theirs = this.#schemas[callee].definitions.get(called) as DefinitionOf<'interface'>;
    // The callee says what its object is.
    this.#fields(
      { written: dataOf(theirs), read: dataOf(ours) },
      { writer: callee, path: calling },
    );
    const methods = new Map(theirs.methods.map((method) => [method.name, method]));
    for (const method of ours.methods) {
      const found = methods.get(method.name);
      const path = `${calling}.${keyText(method.name)}`;
      if (found === undefined) {
        const flow = { writer: caller, path };
        this.#report('method', flow, { written: methodText(method), read: undefined });
      } else {
        this.#call(method, found, { writer: caller, path });
        this.#errors(method, found, { writer: callee, path: `${path}() throws ` });
      }
    }
  }

  #call(
    calling: Omit<FunctionType, 'kind'>,
    called: Omit<FunctionType, 'kind'>,
    { writer, path }: Flow,
  ): void {
    if (isUnchangedCall(calling, called, this.#changed)) return;
    this.#parameters(calling.parameters, called.parameters, { writer, path });
    const flow = { writer: otherSide(writer), path: `${path}()` };
    this.#type({ written: called.result, read: calling.result }, flow);
  }

  #parameters(calling: readonly Slot[], called: readonly Slot[], { writer, path }: Flow): void {
    const shared = Math.min(calling.length, called.length);
    const names = [calling, called].map((slots) => slots.slice(0, shared).map(({ name }) => name));
    const [ours = [], theirs = []] = names;
    if (ours.some((name, i) => name !== theirs[i] && theirs.includes(name))) {
      const texts = { written: ours.join(', '), read: theirs.join(', ') };
      this.#report('order', { writer, path: `${path}()` }, texts);
    }
    called.forEach((slot, i) => {
      const flow = { writer, path: `${path}(${slot.name})` };
      const source = calling[i];
      if (source !== undefined)
        this.#type({ written: slotType(source), read: slotType(slot) }, flow, {
          written: slotText(source),
          read: slotText(slot),
        });
      else if (!slot.optional && !slot.rest)
        this.#report('parameter', flow, { written: undefined, read: slotText(slot) });
    });
  }

  /** Those that the caller knows by name; others arrive as any error does. */
  #errors(method: Method, found: Method, { writer, path }: Flow): void {
    for (const name of found.throws) {
      if (!method.throws.includes(name)) continue;
      const of = (side: Side): RecordDefinition =>
        this.#schemas[side].definitions.get(name) as RecordDefinition;
      if (this.#isNew(writer, name, name)) {
        const both = { written: of(writer), read: of(otherSide(writer)) };
        this.#fields(both, { writer, path: `${path}${name}` });
      }
    }
  }

  #type(both: Both<Type>, flow: Flow, texts: Both<string> = textsOf(both)): void {
    if (isUnchanged(both.written, both.read, this.#changed)) {
      // Also what is the same may stand beside what is not.
      for (const each of typesIn(both.written))
        if (each.kind === 'function') this.#pair(each, each, flow);
      return;
    }
    this.#spend(1);
    const { writer } = flow;
    const written = resolve(both.written, this.#schemas[writer]);
    const read = resolve(both.read, this.#schemas[otherSide(writer)]);
    if (read.type?.kind === 'plain' && read.type.name === 'void') return;
    if (written.isNullable && !read.isNullable) {
      this.#report('null', flow, texts);
      return;
    }
    if (written.isUndefinable && !read.isUndefinable) {
      this.#report('absent', flow, texts);
      return;
    }
    if (written.type === undefined) return;
    const shapes = { written: written.type, read: read.type };
    if (isComplete(shapes))
      this.#named(both, flow, () => this.#shape(shapes, flow, { types: both, texts }));
    else this.#report('type', flow, texts);
  }

  #shape(
    { written, read }: Both<Shape>,
    flow: Flow,
    { types, texts }: { types: Both<Type>; texts: Both<string> },
  ): void {
    const { writer } = flow;
    if (written.kind === 'union') {
      if (written.isOpen && !this.#isOpenAlike(written, read, flow, texts)) return;
      for (const branch of written.branches) this.#branch(branch, read, flow, { types, texts });
    } else if (read.kind === 'union') {
      const branch = bare(types.written, this.#schemas[writer]);
      this.#branch(branch, read, flow, { types, texts });
    } else if (written.kind === 'tuple' && (read.kind === 'tuple' || read.kind === 'array')) {
      this.#tuple(written, read, flow, texts);
    } else if (isScalar(written) || isScalar(read)) {
      this.#scalar(written, read, flow, texts);
    } else if (written.kind !== read.kind) {
      this.#report('type', flow, texts);
    } else this.#container({ written, read }, flow, texts);
  }

  #container({ written, read }: Both<Shape>, flow: Flow, texts: Both<string>): void {
    const { writer, path } = flow;
    switch (written.kind) {
      case 'record':
      case 'error':
        this.#fields({ written, read: read as RecordDefinition }, flow);
        break;
      case 'array':
        this.#type(
          { written: written.item, read: (read as ShapeOf<'array'>).item },
          { writer, path: `${path}[]` },
        );
        break;
      case 'stream':
        this.#stream({ written, read: read as ShapeOf<'stream'> }, flow, texts);
        break;
      case 'set':
        this.#keys({ written: written.item, read: (read as ShapeOf<'set'>).item }, flow, texts);
        break;
      case 'map': {
        const { key, value } = read as ShapeOf<'map'>;
        this.#keys({ written: written.key, read: key }, flow, texts);
        this.#type({ written: written.value, read: value }, { writer, path: `${path}[]` });
        break;
      }
      case 'dict': {
        const { key, value } = read as ShapeOf<'dict'>;
        if (written.key !== key) this.#report('type', flow, texts);
        else this.#type({ written: written.value, read: value }, { writer, path: `${path}[]` });
        break;
      }
      case 'interface':
        if (written.name !== (read as DefinitionOf<'interface'>).name)
          this.#report('carrying', flow, texts, 'an interface whose name has changed');
        // Whoever reads an object calls it.
        else this.interfaces(written.name, written.name, otherSide(writer));
        break;
      case 'function':
        if (this.#pair(written, read as FunctionType, flow))
          this.#call(read as FunctionType, written, { writer: otherSide(writer), path });
        break;
      default:
    }
  }

  /** What is sent to a generator goes the other way. */
  #stream(
    { written, read }: Both<ShapeOf<'stream'>>,
    { writer, path }: Flow,
    texts: Both<string>,
  ): void {
    const [sent, taken] = [read.takes, written.takes].map(sentType);
    this.#type({ written: written.item, read: read.item }, { writer, path: `${path}[]` });
    if (sent !== undefined && taken !== undefined) {
      const flow = { writer: otherSide(writer), path: `${path}.next(value)` };
      this.#type({ written: sent, read: taken }, flow);
    } else if (sent !== taken) this.#report('type', { writer, path }, texts);
  }

  /** Items of sets and keys of maps, which a tree can hold only where they are equal by value. */
  #keys({ written, read }: Both<Type>, flow: Flow, texts: Both<string>): void {
    const shape = resolve(written, this.#schemas[flow.writer]).type;
    if (shape === undefined || isScalar(shape))
      this.#type({ written, read }, { ...flow, path: `${flow.path}[]` });
    else
      this.#report('carrying', flow, texts, 'items of a Set or keys of a Map that are no scalars');
  }

  #branch(
    branch: Type,
    read: Shape,
    flow: Flow,
    { types, texts }: { types: Both<Type>; texts: Both<string> },
  ): void {
    const { writer } = flow;
    const reader = this.#schemas[otherSide(writer)];
    if (read.kind !== 'union') {
      this.#type({ written: branch, read: bare(types.read, reader) }, flow, texts);
      return;
    }
    this.#spend(read.branches.length);
    const written = { type: branch, schema: this.#schemas[writer] };
    const place = matchingBranch(written, { branches: read.branches, schema: reader });
    const target = read.branches[place];
    if (target !== undefined) this.#type({ written: branch, read: target }, flow);
    else if (!isOther(written, read, reader)) this.#report('branch', flow, texts, typeText(branch));
    else {
      // Whoever reads it keeps it with its keys.
      const part = namelessPart(branch, written.schema);
      if (part !== undefined)
        this.#report('carrying', flow, texts, `${part}, in a branch that is not known`);
    }
  }

  /** Whether objects that the writer does not know can be read, too. Reported where not. */
  #isOpenAlike(written: ShapeOf<'union'>, read: Shape, flow: Flow, texts: Both<string>): boolean {
    if (read.kind !== 'union' || !read.isOpen) {
      this.#report('open', flow, texts);
      return false;
    }
    const { writer } = flow;
    const own = tagOfUnion(written.branches, this.#schemas[writer]);
    const others = tagOfUnion(read.branches, this.#schemas[otherSide(writer)]);
    const kinds = openKinds(others?.members.flat() ?? []);
    const isAlike =
      own?.name === others?.name &&
      (own?.members.flat() ?? []).every((member) => isOfKinds(member, kinds));
    if (!isAlike) this.#report('type', flow, texts);
    return isAlike;
  }

  #tuple(
    written: ShapeOf<'tuple'>,
    read: ShapeOf<'tuple' | 'array'>,
    { writer, path }: Flow,
    texts: Both<string>,
  ): void {
    const flowOf = (place: number): Flow => ({ writer, path: `${path}[${place}]` });
    const items = read.kind === 'tuple' ? read.items : [];
    const rest = read.kind === 'tuple' ? read.rest : read.item;
    written.items.forEach((slot, i) => {
      const item = items[i];
      const target = item === undefined ? rest : slotType(item);
      if (target === undefined) this.#report('type', { writer, path }, texts);
      else this.#type({ written: slotType(slot), read: target }, flowOf(i));
    });
    const more = items.slice(written.items.length);
    if (more.some(({ optional }) => !optional)) this.#report('absent', { writer, path }, texts);
    if (written.rest === undefined) return;
    const targets = [...more.map(slotType), ...(rest === undefined ? [] : [rest])];
    if (rest === undefined) this.#report('type', { writer, path }, texts);
    targets.forEach((target, i) => {
      this.#type({ written: written.rest as Type, read: target }, flowOf(written.items.length + i));
    });
  }

  #scalar(written: Shape, read: Shape, flow: Flow, texts: Both<string>): void {
    if (written.kind === 'literals' && read.kind === 'literals') {
      if (isWithin(written, read)) return;
      if (read.isOpen) this.#report('type', flow, texts);
      else if (written.isOpen) this.#report('open', flow, texts);
      if (read.isOpen || written.isOpen) return;
      const unknown = written.members.filter((member) => !read.members.includes(member));
      this.#report('member', flow, texts, unknown.map(literalText).join(', '));
      return;
    }
    const fits =
      (read.kind === 'literals' && isTakenByOpen(written, read)) ||
      (written.kind === 'literals' &&
        read.kind === 'plain' &&
        written.members.every((member) => isOf(member, read.name))) ||
      (written.kind === 'template' && read.kind === 'template' && written.text === read.text) ||
      (written.kind === 'template' && read.kind === 'plain' && read.name === 'string') ||
      (written.kind === 'plain' &&
        read.kind === 'plain' &&
        (written.name === read.name || isWiderPlain(written.name, read.name)));
    if (!fits) this.#report('type', flow, texts);
  }

  #fields({ written, read }: Both<RecordDefinition>, { writer, path }: Flow): void {
    const sources = new Map(written.fields.map((field) => [field.name, field]));
    for (const field of read.fields) {
      const flow = { writer, path: `${path}.${keyText(field.name)}` };
      const source = sources.get(field.name);
      if (source !== undefined)
        this.#type({ written: slotType(source), read: slotType(field) }, flow, {
          written: slotText(source),
          read: slotText(field),
        });
      else if (!field.optional)
        this.#report('field', flow, { written: undefined, read: slotText(field) });
      else if (written.extra !== undefined)
        this.#report('index', flow, { written: '[string]', read: slotText(field) });
      sources.delete(field.name);
    }
    if (read.extra === undefined) return;
    for (const field of sources.values())
      if (!read.fields.some(({ name }) => name === field.name)) {
        const flow = { writer, path: `${path}.${keyText(field.name)}` };
        this.#report('index', flow, { written: slotText(field), read: '[string]' });
      }
    if (written.extra !== undefined)
      this.#type({ written: written.extra, read: read.extra }, { writer, path: `${path}[]` });
  }

  #spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new SchemaProblem(1, 'too much to compare');
  }

  /** Functions are known by their texts alone, so each must have one counterpart. False: it has been compared. */
  #pair(written: FunctionType, read: FunctionType, flow: Flow): boolean {
    const texts = { written: functionText(written), read: functionText(read) };
    const { writer } = flow;
    const known = this.#functions[writer].get(texts.written);
    const back = this.#functions[otherSide(writer)].get(texts.read);
    if ((known ?? texts.read) !== texts.read || (back ?? texts.written) !== texts.written) {
      const note = 'one function type that has become two: give them types of their own';
      this.#report('carrying', flow, texts, note);
      return false;
    }
    this.#functions[writer].set(texts.written, texts.read);
    this.#functions[otherSide(writer)].set(texts.read, texts.written);
    return this.#isNew(writer, texts.written, texts.read);
  }

  /** What has no name ends by itself. */
  #named({ written, read }: Both<Type>, { writer }: Flow, compare: () => void): void {
    if (!isNamed(written) && !isNamed(read)) compare();
    else if (this.#isNew(writer, typeText(written), typeText(read))) this.#later.push(compare);
  }

  #isNew(writer: Side, written: string, read: string): boolean {
    const key = `${writer} ${written} > ${read}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  #report(
    clash: Clash,
    { writer, path }: Flow,
    { written, read }: Both<string | undefined>,
    note = '',
  ): void {
    if (this.findings.length >= FINDINGS_MAX) return;
    const [client, server] = writer === 'client' ? [written, read] : [read, written];
    this.findings.push({ clash, path, writer, client, server, note });
  }
}

/** The value inside of what a stream takes. */
function sentType(takes: Type | undefined): Type | undefined {
  return takes?.kind === 'tuple' ? takes.items[0]?.type : undefined;
}

function textsOf({ written, read }: Both<Type>): Both<string> {
  return { written: typeText(written), read: typeText(read) };
}

function isComplete(shapes: {
  readonly written: Shape;
  readonly read: Shape | undefined;
}): shapes is Both<Shape> {
  return shapes.read !== undefined;
}

function isScalar({ kind }: Shape): boolean {
  return kind === 'plain' || kind === 'literals' || kind === 'template';
}
