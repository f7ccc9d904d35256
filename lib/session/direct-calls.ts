import { type DirectCaller, directCaller, ELSEWHERE } from '../ring/direct-caller.js';
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

/** Bytes for arguments and results; what is larger moves to memory of its own. */
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

/** Thrown while arguments are written: they hold what goes by reference, which the ring is for. */
const BY_REFERENCE = new Error('by reference');

interface DirectCallsParts {
  readonly offer: DirectOffer;
  /** From so many bytes on data goes by reference. */
  readonly bulkThreshold: number;
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
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #writer: ValueWriter;
  readonly #reader: ValueReader;
  readonly #previews: boolean;
  readonly #methods: readonly (readonly boolean[])[];
  /** Whether the room is being written or read: a getter may call, too. */
  #busy = false;
  #depth = 0;
  #made = 0;
  #failed = 0;

  private constructor(call: NonNullable<DirectCaller>, room: ArrayBuffer, parts: DirectCallsParts) {
    const { types, validation, previews, offer } = parts;
    this.#methods = offer.methods;
    this.#call = call;
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(room);
    this.#writer = new ValueWriter({
      port: {
        threshold: parts.bulkThreshold,
        reference: new Uint32Array(0),
        place: () => {
          throw BY_REFERENCE;
        },
        borrow: () => 'there is none in a direct call',
      },
    });
    this.#reader = new ValueReader({ types, validation });
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
    if (this.#busy || this.#depth >= DEPTH_LIMIT || !this.#has(target)) return NOT_DIRECT;
    const writer = this.#writer;
    this.#busy = true;
    try {
      writer.reset(this.#bytes, this.#view, 0, ROOM);
      target.method.writeArguments(writer, args);
    } catch (error) {
      if (error === BY_REFERENCE) return NOT_DIRECT;
      throw this.#argumentProblem(error, target, args);
    } finally {
      this.#busy = false;
    }
    this.#depth++;
    let given: ReturnType<NonNullable<DirectCaller>>;
    try {
      given = writer.inPlace
        ? this.#call(target.interfaceIndex, target.methodIndex, writer.length)
        : this.#call(target.interfaceIndex, target.methodIndex, 0, writer.written());
    } finally {
      this.#depth--;
    }
    if (given === ELSEWHERE) return NOT_DIRECT;
    this.#made++;
    if (typeof given === 'number') return this.#read(target, this.#bytes, this.#view, given);
    if (given instanceof ArrayBuffer)
      return this.#read(target, new Uint8Array(given), new DataView(given), given.byteLength);
    throw this.#failure(target, given[0], below);
  }

  #has({ kind, interfaceIndex, methodIndex }: CallTarget): boolean {
    return kind === FrameKind.call && this.#methods[interfaceIndex]?.[methodIndex] === true;
  }

  #read(target: CallTarget, bytes: Uint8Array, view: DataView, length: number): unknown {
    const reader = this.#reader;
    this.#busy = true;
    try {
      reader.reset(bytes, view, 0, length);
      const value = target.method.readResult(reader);
      reader.finish();
      return value;
    } catch (error) {
      const { method, definition } = target;
      const copy = new ValueReader();
      copy.reset(bytes.slice(0, length), undefined, 0, length);
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
