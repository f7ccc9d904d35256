import type { DirectPort } from '../channel/direct-port.js';
import {
  DIRECT_ELSEWHERE,
  DIRECT_WORDS_BYTES,
  type DirectCaller,
  DirectWord,
  directCaller,
} from '../ring/direct-caller.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { CallTarget } from './call-target.js';
import { propertyOf } from './interface.js';
import { withLocalStack } from './local-stack.js';
import { located } from './located.js';
import { shownAs } from './open-calls.js';
import { errorFromWire, tracebackOf, withoutStack } from './remote-error.js';

/** What a direct call gives when it must be made through the ring. */
export const NOT_DIRECT: unique symbol = Symbol('not direct');

/** Bytes for what is called, arguments and results; what is larger moves to memory of its own. */
const ROOM = 1024 * 1024;
/** Direct calls inside each other: beyond, those through the ring say what is wrong. */
const DEPTH_LIMIT = 256;

/** What an embedded worker says of its methods. */
export interface DirectOffer {
  /** Of its target. */
  readonly address: number;
  /** By interface and method: whether it can be called so. */
  readonly methods: readonly (readonly boolean[])[];
}

/** Where a result lies. */
interface Message {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  length: number;
}

interface DirectCallsParts {
  readonly offer: DirectOffer;
  /** Takes data that goes by reference. */
  readonly port: DirectPort;
  readonly types: TypeRegistry | undefined;
  readonly validation: ValidationLevel;
  readonly previews: boolean;
  /** Waits until something arrives, and serves it. */
  readonly serve: () => void;
}

/**
 * Calls that this thread makes itself, in an interpreter of its own process: of methods that take and give plain values, and are no coroutines. Threads: the one
 * that made it. Normative: spec/wire/embedding.md §4. Twin: python/ringsnake/_session/direct_calls.py.
 */
export class DirectCalls {
  readonly #call: NonNullable<DirectCaller>;
  readonly #words: Int32Array;
  readonly #inRoom: Message;
  readonly #writer: ValueWriter;
  readonly #reader: ValueReader;
  readonly #port: DirectPort;
  readonly #previews: boolean;
  readonly #methods: readonly (readonly boolean[])[];
  /** Whether the room is being written or read: a getter may call, too. */
  #busy = false;
  #depth = 0;
  #made = 0;
  #failed = 0;

  private constructor(call: NonNullable<DirectCaller>, room: ArrayBuffer, parts: DirectCallsParts) {
    const { types, validation, previews, offer, port } = parts;
    this.#methods = offer.methods;
    this.#call = call;
    this.#words = new Int32Array(room, 0, DIRECT_WORDS_BYTES / 4);
    this.#inRoom = { ...messageIn(room), start: DIRECT_WORDS_BYTES };
    this.#port = port;
    this.#writer = new ValueWriter({ port });
    this.#reader = new ValueReader({ types, validation, port });
    this.#previews = previews;
  }

  /** Undefined when this thread cannot make any. */
  static to(parts: DirectCallsParts): DirectCalls | undefined {
    const room = new ArrayBuffer(ROOM);
    const call = directCaller(parts.offer.address, room, parts.serve);
    return call && new DirectCalls(call, room, parts);
  }

  /** Calls that were made, and those of them that failed there. */
  get counts(): { readonly made: number; readonly failed: number } {
    return { made: this.#made, failed: this.#failed };
  }

  /** The result, or NOT_DIRECT. Throws what the arguments or the result have wrong, and what the method has raised. `below`: whoever was called. */
  call(
    target: CallTarget,
    args: readonly unknown[],
    below: (...args: never[]) => unknown,
  ): unknown {
    const { kind, interfaceIndex, methodIndex, method } = target;
    const isOffered =
      kind === FrameKind.call && this.#methods[interfaceIndex]?.[methodIndex] === true;
    if (!isOffered || this.#busy || this.#depth >= DEPTH_LIMIT) return NOT_DIRECT;
    const writer = this.#writer;
    this.#busy = true;
    try {
      writer.reset(this.#inRoom.bytes, this.#inRoom.view, DIRECT_WORDS_BYTES, ROOM);
      method.writeArguments(writer, args);
    } catch (error) {
      this.#port.settle(false);
      throw this.#argumentProblem(error, target, args);
    } finally {
      this.#busy = false;
    }
    const given = this.#make(interfaceIndex, methodIndex);
    const size = this.#words[DirectWord.size] as number;
    if (given === undefined) {
      if (size === DIRECT_ELSEWHERE) return NOT_DIRECT;
      this.#made++;
      this.#inRoom.length = size;
      return this.#read(target, this.#inRoom);
    }
    this.#made++;
    if (given instanceof ArrayBuffer) return this.#read(target, messageIn(given));
    throw this.#failure(target, given[0], below);
  }

  /** With the arguments that were written. */
  #make(interfaceIndex: number, methodIndex: number): ReturnType<NonNullable<DirectCaller>> {
    const writer = this.#writer;
    const words = this.#words;
    const refers = this.#port.isPlacing;
    words[DirectWord.interface] = interfaceIndex;
    words[DirectWord.method] = methodIndex;
    words[DirectWord.length] = writer.length;
    words[DirectWord.refers] = refers ? 1 : 0;
    // From here on it is Python's.
    if (refers) this.#port.settle(true);
    this.#depth++;
    try {
      return writer.inPlace ? this.#call() : this.#call(writer.written());
    } finally {
      this.#depth--;
    }
  }

  #read(target: CallTarget, { bytes, view, start, length }: Message): unknown {
    const reader = this.#reader;
    this.#busy = true;
    try {
      reader.reset(bytes, view, start, start + length);
      const value = target.method.readResult(reader);
      reader.finish();
      this.#port.keep();
      return value;
    } catch (error) {
      this.#port.giveBack();
      const { method, definition } = target;
      const copy = new ValueReader();
      copy.reset(bytes.slice(start, start + length), undefined, 0, length);
      const refused = { definition, method, part: 'result', value: { reader: copy } } as const;
      throw this.#shown(located(error, (path) => `${propertyOf(method)}()${path}`, refused));
    } finally {
      this.#busy = false;
    }
  }

  #failure(target: CallTarget, told: ArrayBuffer, below: (...args: never[]) => unknown): unknown {
    this.#failed++;
    const reader = this.#reader;
    reader.reset(new Uint8Array(told), new DataView(told), 0, told.byteLength);
    const value = reader.readValue();
    const error = withoutStack(() => errorFromWire(value, target.method.throws));
    const traceback = tracebackOf(value);
    return withLocalStack({ error: this.#shown(error), traceback }, below);
  }

  #argumentProblem(error: unknown, target: CallTarget, given: readonly unknown[]): unknown {
    const { method, definition } = target;
    const refused = { definition, method, part: 'arguments', value: { given } } as const;
    return this.#shown(located(error, (path) => `${propertyOf(method)}(${path})`, refused));
  }

  #shown(error: unknown): unknown {
    return shownAs(error, this.#previews);
  }
}

function messageIn(buffer: ArrayBuffer): Message {
  const { byteLength: length } = buffer;
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer), start: 0, length };
}
