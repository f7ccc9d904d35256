import {
  type DefinitionOf,
  type FunctionType,
  type Method,
  type RecordDefinition,
  type Schema,
  streamIn,
  type Type,
} from '../schema/model.js';
import { functionText } from '../schema/text.js';
import { Transcoding } from '../schema/transcoder.js';
import { changedNames, isUnchangedCall } from '../schema/unchanged.js';
import type { WriteItem } from '../wire/extensions/streams.js';
import { type TreeReference, TreeStream } from '../wire/extensions/tree-references.js';
import { readTranscoded, type Transcoded } from '../wire/read-transcoded.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { ReferencePorts } from '../wire/value-writer.js';
import type { ErrorDefinition, InterfaceDefinition, MethodDefinition } from './interface.js';

type Call = Omit<FunctionType, 'kind'>;
type Step = Transcoded['step'];

/** What is sent to one of our streams. */
interface Taken {
  readonly step?: Step | undefined;
}

/**
 * Our interfaces for a peer that has another schema: what is sent stays as our generated code writes it, what comes is made over from
 * the peer's schema before our generated code reads it. Normative: spec/wire/schema.md §4. Twin: python/ringsnake/_session/adapted_interface.py.
 */
export class AdaptedInterface {
  readonly #ours: Schema;
  readonly #theirs: Schema;
  readonly #changed: ReadonlySet<string>;
  readonly #reading: Transcoding;
  /** Sent values are not made over, but functions among them are called back. */
  readonly #writing: Transcoding;
  /** By our text: what the peer has in its place. */
  readonly #functions = new Map<string, { readonly ours: Call; readonly theirs: Call }>();
  readonly #definitions = new Map<InterfaceDefinition, InterfaceDefinition>();
  readonly #classes = new Map<object, object>();

  /** Throws SchemaProblem when there is too much to compare. */
  constructor(ours: Schema, theirs: Schema) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.#changed = changedNames(ours, theirs);
    this.#reading = new Transcoding(theirs, ours, (theirs, ours) => this.#learn(ours, theirs));
    this.#writing = new Transcoding(ours, theirs, (ours, theirs) => this.#learn(ours, theirs));
  }

  /** One of our definitions, as it is for this peer. */
  definition(own: InterfaceDefinition): InterfaceDefinition {
    const known = this.#definitions.get(own);
    if (known !== undefined) return known;
    const adapted = own.isFunction ? this.#functionDefinition(own) : this.#objectDefinition(own);
    this.#definitions.set(own, adapted);
    return adapted;
  }

  #functionDefinition(own: InterfaceDefinition): InterfaceDefinition {
    const found = this.#functions.get(own.name);
    if (found === undefined) return own;
    const { ours, theirs } = found;
    if (isUnchangedCall(ours, theirs, this.#changed)) return own;
    return { ...own, methods: own.methods.map((method) => this.#method(method, ours, theirs)) };
  }

  #objectDefinition(own: InterfaceDefinition): InterfaceDefinition {
    const ours = this.#interface(this.#ours, own.name);
    const theirs = this.#interface(this.#theirs, own.name);
    if (ours === undefined || theirs === undefined || !this.#changed.has(own.name)) return own;
    const methods = own.methods.map((method) => {
      const known = (each: Method): boolean => each.name === method.name;
      const mine = ours.methods.find(known);
      const peerIndex = theirs.methods.findIndex(known);
      const other = theirs.methods[peerIndex];
      // One that the peer does not know is not called.
      if (mine === undefined || other === undefined) return method;
      const throws = method.throws?.map((error) => this.#error(error));
      return this.#method({ ...method, peerIndex, ...(throws && { throws }) }, mine, other);
    });
    return { ...own, methods };
  }

  #interface(schema: Schema, name: string): DefinitionOf<'interface'> | undefined {
    const found = schema.definitions.get(name);
    return found?.kind === 'interface' ? found : undefined;
  }

  #method(own: MethodDefinition, ours: Call, theirs: Call): MethodDefinition {
    if (isUnchangedCall(ours, theirs, this.#changed)) return own;
    const args = this.#transcoded(this.#reading.parameters(theirs.parameters, ours.parameters));
    const result = this.#transcoded(this.#reading.type(theirs.result, ours.result));
    this.#writing.parameters(ours.parameters, theirs.parameters);
    this.#writing.type(ours.result, theirs.result);
    const given = this.#taken(
      ...([ours, theirs].map(({ parameters }) => parameters.map(({ type }) => type)) as [
        Type[],
        Type[],
      ]),
    );
    const answered = this.#taken([ours.result], [theirs.result]);
    this.#reading.finish();
    this.#writing.finish();
    const adapted: MethodDefinition = {
      ...own,
      writeArguments: (writer, values) =>
        writer.writeThrough(this.#sending(given, values), () => own.writeArguments(writer, values)),
      readArguments: (reader) =>
        readTranscoded(reader, args, (reader) => own.readArguments(reader)),
      writeResult: (writer, value) =>
        writer.writeThrough(this.#sending(answered, [value]), () => own.writeResult(writer, value)),
      readResult: (reader) => readTranscoded(reader, result, (reader) => own.readResult(reader)),
    };
    const { resultInterface } = own;
    // Not at once: an interface may give objects of its own kind.
    if (resultInterface !== undefined)
      Object.defineProperty(adapted, 'resultInterface', {
        get: () => this.definition(resultInterface),
      });
    return adapted;
  }

  /** Of those of our types that are streams: how what is sent to them is made over. */
  #taken(ours: readonly Type[], theirs: readonly Type[]): readonly (Taken | undefined)[] {
    return ours.map((type, i) => {
      const stream = streamIn(type);
      if (stream === undefined) return undefined;
      const other = theirs[i];
      const [mine, sent] = [stream.takes, other && streamIn(other)?.takes];
      if (mine === undefined || sent === undefined) return {};
      this.#writing.type(mine, sent);
      return { step: this.#reading.type(sent, mine) };
    });
  }

  /** Ports for a message with these values, of which some may be streams. */
  #sending(types: readonly (Taken | undefined)[], values: readonly unknown[]) {
    const streams = types.filter(
      (taken, i) => taken !== undefined && values[i] !== undefined && values[i] !== null,
    );
    return (own: ReferencePorts): ReferencePorts =>
      this.#ports(own, [], () => streams.shift()?.step);
  }

  #error(own: ErrorDefinition): ErrorDefinition {
    const ours = this.#ours.definitions.get(own.name) as RecordDefinition | undefined;
    const theirs = this.#theirs.definitions.get(own.name);
    if (ours === undefined || theirs?.kind !== 'error' || !this.#changed.has(own.name)) return own;
    const fields = this.#transcoded(this.#reading.fields(theirs, ours));
    this.#reading.finish();
    return {
      ...own,
      readFields: (reader) => readTranscoded(reader, fields, own.readFields),
    };
  }

  #learn(ours: Call, theirs: Call): void {
    const text = functionText(ours);
    if (!this.#functions.has(text)) this.#functions.set(text, { ours, theirs });
  }

  #transcoded(step: Step | undefined): Transcoded {
    return { step: step ?? ((tree) => tree), ports: this.#ports };
  }

  /** Ports where our definitions stand for this peer's. */
  readonly #ports = (
    { references, streams }: ReferencePorts,
    read: readonly TreeReference[] = [],
    takenNext: () => Step | undefined = () => undefined,
  ): ReferencePorts => ({
    references: references && {
      lend: (value, type) => references.lend(value, this.#type(type)),
      find: (reference, type) => references.find(reference, this.#type(type)),
      tell: (id, read) => references.tell(id, read),
      giveBack: (id) => references.giveBack(id),
      settle: (sent) => references.settle(sent),
    },
    streams: streams && {
      send: (source, writeItem, readSent) => {
        const sent = this.#transcoded(takenNext());
        return streams.send(
          source,
          this.#through(writeItem),
          readSent && ((reader) => readTranscoded(reader, sent, readSent)),
        );
      },
      receive: (id, readItem, writeSent) => {
        const item = this.#transcoded(streamStep(id, read));
        return streams.receive(
          id,
          (reader: ValueReader) => readTranscoded(reader, item, readItem),
          writeSent && this.#through(writeSent),
        );
      },
      refuse: (id) => streams.refuse(id),
    },
  });

  #through(write: WriteItem): WriteItem {
    return (writer, item) => writer.writeThrough(this.#ports, () => write(writer, item));
  }

  /** A function's definition, or the class of an object's clients. */
  #type(type: object): object {
    if (!('definition' in type)) return this.definition(type as InterfaceDefinition);
    const known = this.#classes.get(type);
    if (known !== undefined) return known;
    const adapted = this.#class(type as AnyClass);
    this.#classes.set(type, adapted);
    return adapted;
  }

  #class(own: AnyClass): AnyClass {
    const definition = this.definition(own.definition);
    if (definition === own.definition) return own;
    const adapted = class extends own {
      static override readonly definition = definition;
    };
    Object.defineProperty(adapted, 'name', { value: own.name });
    return adapted;
  }
}

interface AnyClass {
  readonly definition: InterfaceDefinition;
  // biome-ignore lint/suspicious/noExplicitAny: what a mixin is made of.
  new (...args: any[]): object;
}

function streamStep(id: number, references: readonly TreeReference[]): Step | undefined {
  const isIt = (each: TreeReference): boolean => each instanceof TreeStream && each.id === id;
  return (references.find(isIt) as TreeStream | undefined)?.step;
}
