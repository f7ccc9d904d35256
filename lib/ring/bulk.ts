import type { NativeEndpoint } from '../native.js';

/** What a bulk message is, seen from this side. */
type Hold =
  /** A segment of ours, being filled. */
  | { readonly segment: number }
  /** A segment of the peer. */
  | { readonly loan: number };

/**
 * Gives back what nobody holds any more. One for each endpoint, since a registry that outlives its endpoint would have to know it.
 */
export type BulkRegistry = FinalizationRegistry<Hold>;

export function makeBulkRegistry(endpoint: NativeEndpoint): BulkRegistry {
  return new FinalizationRegistry((hold) => giveUp(endpoint, hold));
}

function giveUp(endpoint: NativeEndpoint, hold: Hold): void {
  if ('segment' in hold) endpoint.drop(hold.segment);
  else endpoint.giveBack(hold.loan);
}

/**
 * A large message in shared memory, without a copy: one to fill, from `allocate()`, or one received. Normative:
 * spec/wire/bulk.md.
 *
 * Ends with `release()` (or `using`), by being sent, or when it is garbage collected. After that the memory serves other
 * messages, so views of it must not be used any longer. Threads: the channel's own.
 */
export class Bulk {
  readonly #endpoint: NativeEndpoint;
  readonly #registry: BulkRegistry;
  #hold: Hold | undefined;
  readonly #bytes: Uint8Array;

  /** @internal */
  constructor(
    endpoint: NativeEndpoint,
    registry: BulkRegistry,
    parts: { hold: Hold; bytes: Uint8Array },
  ) {
    this.#endpoint = endpoint;
    this.#registry = registry;
    this.#hold = parts.hold;
    this.#bytes = parts.bytes;
    registry.register(this, parts.hold, this);
  }

  /** The message, in shared memory. Throws RangeError after its end. */
  get bytes(): Uint8Array {
    if (this.#hold === undefined)
      throw new RangeError(
        'the bulk message was released or sent: its memory is not ours any more',
      );
    return this.#bytes;
  }

  /** Bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Whether it was released or sent. */
  get released(): boolean {
    return this.#hold === undefined;
  }

  /** Gives the memory back. May be called again. */
  release(): void {
    if (this.#hold !== undefined) giveUp(this.#endpoint, this.#end());
  }

  /** For `using`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal Hands the first `length` bytes to the peer. False when the ring has no room now. */
  trySend(length: number): boolean {
    const hold = this.#hold;
    if (hold === undefined || !('segment' in hold))
      throw new RangeError('only a bulk message from allocate() can be sent, and only once');
    if (!this.#endpoint.lend(hold.segment, length)) return false;
    this.#end();
    return true;
  }

  #end(): Hold {
    const hold = this.#hold as Hold;
    this.#hold = undefined;
    this.#registry.unregister(this);
    return hold;
  }
}
