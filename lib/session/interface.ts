import type { DataDefinition } from '../wire/extensions/references.js';
import type { StreamSource } from '../wire/extensions/streams.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { ValueWriter } from '../wire/value-writer.js';
import type { CallOptions } from './call-options.js';
import type { RemoteStream } from './remote-stream.js';

/** An error class of the interface. Generated. */
export interface ErrorDefinition {
  readonly name: string;
  /** The author's class. */
  readonly type: { readonly prototype: Error };
  readonly writeFields: (writer: ValueWriter, error: never) => void;
  readonly readFields: (reader: ValueReader) => object;
}

/** Where a method takes the signal of the call. Generated. */
export interface SignalPlace {
  /** Its place among the arguments, or that of the options that hold it. */
  readonly argument: number;
  /** Of options: the member. */
  readonly member?: string;
}

/** How one method's arguments and result go to the wire and back. Generated. */
export interface MethodDefinition {
  /** The name on the wire. */
  readonly name: string;
  /** What the method is called, if not so: the forms of an overloaded one share a name. */
  readonly property?: string;
  /** The errors that it declares; they arrive as themselves. */
  readonly throws?: readonly ErrorDefinition[];
  writeArguments(writer: ValueWriter, args: readonly unknown[]): void;
  readArguments(reader: ValueReader): unknown[];
  writeResult(writer: ValueWriter, value: unknown): void;
  readResult(reader: ValueReader): unknown;
  /** A generator that returns a value: its steps are sent. */
  readonly isGenerator?: true;
  /** What is told to stop the call: it does not cross, but what it says does. */
  readonly signal?: SignalPlace;
  /** Of a result that is an object by reference: what can be called before it is there. */
  readonly resultInterface?: InterfaceDefinition;
  /** Told of a result that came when nobody waited for it any more. Not generated. */
  readonly onLate?: (result: unknown) => void;
  /** Its place among the peer's methods, where the two sides differ. Not generated. */
  readonly peerIndex?: number;
}

/** What calls until the signal stops it. */
export function abortable(caller: Caller, signal: AbortSignal | undefined): Caller {
  return signal === undefined ? caller : caller.withOptions({ signal });
}

/** What a method is called on the object that has it. */
export function propertyOf({ name, property }: MethodDefinition): string {
  return property ?? name;
}

/** An interface as both sides know it. Generated. Twin: python/ringsnake/_session/interface.py. */
export interface InterfaceDefinition {
  readonly name: string;
  /** SHA-256 of `schema`, hexadecimal. Equal hashes mean equal wire forms. */
  readonly hash: string;
  /** Canonical text of the interface and of every type it reaches; shown when two sides disagree. */
  readonly schema: string;
  /** Where its members and those of what it reaches were declared, for errors. */
  readonly sources?: string;
  /** Of a function: an interface whose schema knows the types that it names. */
  readonly scope?: InterfaceDefinition;
  /** In declaration order; a call names its method by this index. */
  readonly methods: readonly MethodDefinition[];
  /** What its objects say of themselves when they are sent; only by reference. */
  readonly data?: DataDefinition;
  /** A function by reference: its only method is the call itself. */
  readonly isFunction?: true;
  /** A function of which no result is awaited. */
  readonly returnsNothing?: true;
}

/** Calls one interface of the peer. Generated clients are made of this. */
export interface Caller {
  call(method: number, args: readonly unknown[]): Promise<unknown>;
  /** Blocks the thread until the answer is there; serves the peer's calls meanwhile. */
  callSync(method: number, args: readonly unknown[]): unknown;
  /** Calls a method that returns a stream, which is there at once; what is wrong with the call comes with its first item. */
  stream(method: number, args: readonly unknown[]): RemoteStream<unknown>;
  /** The same, blocking for each item that is not there yet. */
  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown>;
  /** Calls a method whose result is an object: what it returns is the promise of it, and can be called at once. */
  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client>;
  /** The same, with these options over its own. */
  withOptions(options: CallOptions): Caller;
  /** Gives the object back that is called, if it is one by reference. False: there is nothing to give back. */
  release?(): boolean;
  /** What the object that is called said of itself when it was last sent. Throws where that is not known yet. */
  data?(): object;
}

/** An object to come: await it, or call it at once, which saves a round trip. `Data` is what it says of itself, which has to be there first. */
export type Pipelined<Client, Data extends keyof Client = never> = ([Data] extends [never]
  ? Client
  : Omit<Client, Data>) &
  Promise<Client>;

/** A generated client class: `session.client(CalculatorClient)` makes one. */
export interface ClientClass<Client> {
  readonly definition: InterfaceDefinition;
  new (caller: Caller): Client;
}

/** An interface and the object that implements it here. Generated `…Server` classes are this. */
export interface Service {
  readonly definition: InterfaceDefinition;
  readonly implementation: object;
}

/** Of one that returns a value or takes some the generator, else anything that is iterable. */
type GeneratorSource<Item, Returned, Sent> = undefined extends Returned
  ? undefined extends Sent
    ? StreamSource<Item> | Promise<StreamSource<Item>>
    : GeneratorOf<Item, Returned, Sent> | Promise<GeneratorOf<Item, Returned, Sent>>
  : GeneratorOf<Item, Returned, Sent> | Promise<GeneratorOf<Item, Returned, Sent>>;

type GeneratorOf<Item, Returned, Sent> =
  | AsyncGenerator<Item, Returned, Sent>
  | Generator<Item, Returned, Sent>;

/**
 * What serves the interface `I`: each method may answer at once or with a promise; a stream may be anything that is iterable. Of methods with
 * several forms, `Overloaded`, nothing can be computed: they are as they were declared.
 */
export type Implementation<I, Overloaded extends keyof I = never> = Pick<I, Overloaded> & {
  [K in Exclude<keyof I, Overloaded>]: I[K] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result | Promise<Result>
    : I[K] extends (...args: infer Args) => AsyncGenerator<infer Item, infer Returned, infer Sent>
      ? (...args: Args) => GeneratorSource<Item, Returned, Sent>
      : I[K] extends (...args: infer Args) => AsyncIterable<infer Item>
        ? (...args: Args) => StreamSource<Item> | Promise<StreamSource<Item>>
        : never;
};
