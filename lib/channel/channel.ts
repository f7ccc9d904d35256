import {
  BackpressureError,
  ChannelClosedError,
  MessageTooLargeError,
  PeerDiedError,
  type RingsnakeError,
} from '../errors.js';
import { Bulk, type BulkRegistry, makeBulkRegistry } from '../ring/bulk.js';
import type { Doorbell, Region } from '../ring/region.js';
import { RingConsumer } from '../ring/ring-consumer.js';
import {
  Exchange,
  PeerState,
  RingEnd,
  type RingOptions,
  type RingStatistics,
  WaitResult,
} from '../ring/ring-end.js';
import { RingProducer } from '../ring/ring-producer.js';
import { BULK_REFERENCE_BYTES } from '../wire/constants.gen.js';
import { Turns } from './turns.js';

/** Messages that `receive` hands out before the event loop gets its turn. */
const MESSAGES_PER_TURN = 256;

/** What a message lacks to be sent: nothing, so many bytes of room in the ring, or a segment. */
type Lack = number;
const NOTHING: Lack = 0;
const A_SEGMENT: Lack = -1;

/** What `receive` gives: a copy of a message, or a large one in place, which is the receiver's to release. */
export type Message = Uint8Array | Bulk;

/** How long a blocking call may take. */
export interface BlockingOptions {
  /** Milliseconds. Default: for ever. */
  readonly timeout?: number;
}

/** Parts of a channel whose descriptors travelled another way. */
export interface ChannelParts {
  readonly region: Region;
  /** 0 for the region's creator, 1 for the peer. */
  readonly side: 0 | 1;
  /** Rouses this side, and the other one. The channel keeps copies. */
  readonly ownDoorbell: Doorbell;
  readonly peerDoorbell: Doorbell;
}

/**
 * Messages (bytes) both ways between two processes, or two threads of one. Twin: python/ringsnake/_channel/channel.py. Normative:
 * spec/wire/ring.md and spec/wire/bulk.md.
 *
 * A message up to half a ring goes through the ring; a larger one goes by reference, and arrives as a `Bulk`. Messages
 * arrive once, whole and in order; what the peer sent before it closed or died still arrives.
 *
 * Threads: the one that made it. Owns shared memory and descriptors until `close()`. Only a pending `receive`, `send` or `allocate`
 * keeps the event loop alive.
 */
export class Channel {
  readonly #end: RingEnd;
  readonly #registry: BulkRegistry;
  /** Messages in place, many at a time. */
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
  /** Sends and allocations, then receivers, that wait for their turn in the event loop. */
  readonly #senders = new Turns();
  readonly #receivers = new Turns();
  /** Messages that `receive` has handed out since the event loop's last turn. */
  #receivedInTurn = 0;
  #listens = false;
  #closed = false;

  private constructor(end: RingEnd) {
    this.#end = end;
    this.#registry = makeBulkRegistry(end.endpoint);
    this.producer = new RingProducer(end);
    this.consumer = new RingConsumer(end, this.#registry);
  }

  /** A new channel's first side. `descriptor` is all that the peer needs. Throws RangeError, ResourceError. */
  static create(options: RingOptions = {}): Channel {
    return new Channel(RingEnd.create(options));
  }

  /**
   * The second side, of the descriptor that the first one gave: inherited from the process that started this one, or from another
   * thread of this process. Takes it over. Throws ProtocolError when it is none, ResourceError.
   */
  static attach(descriptor: number, options: Omit<RingOptions, 'ringCapacity'> = {}): Channel {
    return new Channel(RingEnd.attach(descriptor, options));
  }

  /** Either side, of parts. It has no bulk messages, and learns of the peer's death only while it is blocked. */
  static of(parts: ChannelParts, options: Omit<RingOptions, 'ringCapacity'> = {}): Channel {
    return new Channel(RingEnd.of(parts, options));
  }

  /**
   * The peer's end of the channel's socket, for `Channel.attach` there; ours until `closeDescriptor()`. Pass it to a child
   * process as one of its `stdio`, or as a number to another thread. -1 on the second side.
   */
  get descriptor(): number {
    return this.#end.peerSocket;
  }

  /** After another process has inherited it. Not when another thread attached with it. */
  closeDescriptor(): void {
    this.#end.closePeerSocket();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends a copy of `bytes`; false when there is no room now, and then nothing was sent. Throws MessageTooLargeError. */
  trySend(bytes: Uint8Array): boolean {
    this.#mustBeOpen();
    return this.#senders.empty && this.#attempt(bytes) === NOTHING;
  }

  /**
   * Sends, and blocks the thread while there is no room. What arrives meanwhile is kept for `receive`, so two sides that are both
   * blocked go on. Throws BackpressureError when the time is up or too much has arrived, PeerDiedError, ChannelClosedError,
   * MessageTooLargeError.
   */
  sendSync(bytes: Uint8Array, options: BlockingOptions = {}): void {
    if (!this.trySend(bytes)) this.#block(() => this.#attempt(bytes), options);
  }

  /**
   * Sends; resolves when the message is in the ring. What arrives meanwhile is kept, as by `sendSync`, unless somebody receives. Rejects
   * with BackpressureError when too much has arrived, PeerDiedError, ChannelClosedError, MessageTooLargeError.
   */
  async send(bytes: Uint8Array): Promise<void> {
    if (!this.trySend(bytes)) await this.#enqueueSender(() => this.#attempt(bytes));
  }

  /** The next message, if there is one now. */
  tryReceive(): Message | undefined {
    this.#mustBeOpen();
    return this.consumer.take();
  }

  /**
   * The next message; blocks the thread until there is one. Undefined when the time is up. Throws ChannelClosedError or
   * PeerDiedError when none will come any more.
   */
  receiveSync(options: BlockingOptions = {}): Message | undefined {
    const { timeout = -1 } = options;
    while (true) {
      const message = this.tryReceive();
      if (message !== undefined) return message;
      const result = this.consumer.waitSync(timeout);
      if (result === WaitResult.timedOut) return undefined;
      if (result !== WaitResult.ready) throw this.#goneError(result === WaitResult.peerDied);
    }
  }

  /**
   * The next message. Rejects with ChannelClosedError or PeerDiedError when none will come any more. Timers and descriptors get their
   * turn although messages may come without end.
   */
  receive(): Promise<Message> {
    try {
      const isTheirTurn = ++this.#receivedInTurn > MESSAGES_PER_TURN;
      if (isTheirTurn) setImmediate(this.#onReady);
      const message = this.#receivers.empty && !isTheirTurn ? this.tryReceive() : undefined;
      if (message !== undefined) return Promise.resolve(message);
      return this.#enqueue(this.#receivers, () => this.tryReceive());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /**
   * Resolves when `consumer.read` will find something: true, or false when nothing will come any more. For batches in place.
   */
  async readable(): Promise<boolean> {
    try {
      // The loop sees only what nobody has looked at yet.
      if (this.consumer.holds) setImmediate(this.#onReady);
      return await this.#enqueue(this.#receivers, () => this.consumer.peekable || undefined);
    } catch (error) {
      if (error instanceof ChannelClosedError) return false;
      throw error;
    }
  }

  /** All messages until the peer closes. Throws PeerDiedError when it died instead. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    while (true) {
      let message: Message;
      try {
        message = await this.receive();
      } catch (error) {
        if (error instanceof ChannelClosedError) return;
        throw error;
      }
      yield message;
    }
  }

  /** Shared memory for a large message, to be filled and sent without a copy; undefined when there is none now. */
  tryAllocate(size: number): Bulk | undefined {
    this.#mustBeOpen();
    const { endpoint } = this.#end;
    const segment = endpoint.allocate(size);
    if (segment < 0) return undefined;
    const bytes = new Uint8Array(endpoint.segmentBuffer(segment), 0, size);
    return new Bulk(endpoint, this.#registry, { hold: { segment }, bytes });
  }

  /** The same, waiting until the peer has given enough back. Throws RangeError beyond the limit. */
  async allocate(size: number): Promise<Bulk> {
    let bulk = this.#senders.empty ? this.tryAllocate(size) : undefined;
    if (bulk !== undefined) return bulk;
    await this.#enqueueSender(() => {
      bulk = this.tryAllocate(size);
      return bulk === undefined ? A_SEGMENT : NOTHING;
    });
    return bulk as unknown as Bulk;
  }

  /** Hands the first `length` bytes of a bulk message over: false when there is no room now. After true it is the peer's. */
  trySendBulk(bulk: Bulk, length: number = bulk.length): boolean {
    this.#mustBeOpen();
    return this.#senders.empty && this.#attemptBulk(bulk, length) === NOTHING;
  }

  /** The same; resolves when the reference is in the ring. */
  async sendBulk(bulk: Bulk, length: number = bulk.length): Promise<void> {
    if (!this.trySendBulk(bulk, length))
      await this.#enqueueSender(() => this.#attemptBulk(bulk, length));
  }

  /** What has been counted so far. */
  statistics(): RingStatistics {
    const statistics = this.#end.endpoint.statistics();
    if (statistics === undefined) throw closedHere();
    return Object.freeze(statistics);
  }

  /** Tells the peer, lets go of everything, and rejects what waits. Views of the memory become empty. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.producer.flush();
    this.#closed = true;
    this.consumer.forget();
    this.#end.close();
    this.#senders.rejectAll(closedHere());
    this.#receivers.rejectAll(closedHere());
  }

  /** For `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw closedHere();
  }

  /** Sends, if it can. */
  #attempt(bytes: Uint8Array): Lack {
    if (bytes.length > this.producer.maxPayload) return this.#attemptLarge(bytes);
    if (!this.producer.write(bytes)) return Math.max(bytes.length, 1);
    this.producer.flush();
    return NOTHING;
  }

  #attemptLarge(bytes: Uint8Array): Lack {
    const { bulkLimit } = this.#end;
    if (bytes.length > bulkLimit) throw new MessageTooLargeError(bytes.length, bulkLimit);
    const bulk = this.tryAllocate(bytes.length);
    if (bulk === undefined) return A_SEGMENT;
    bulk.bytes.set(bytes);
    const lack = this.#attemptBulk(bulk, bytes.length);
    if (lack !== NOTHING) bulk.release();
    return lack;
  }

  #attemptBulk(bulk: Bulk, length: number): Lack {
    if (!Number.isSafeInteger(length) || length < 0 || length > bulk.length)
      throw new RangeError(`a bulk message of ${bulk.length} bytes has no first ${length}`);
    this.producer.mustHaveNoClaim();
    if (!bulk.trySend(length)) return BULK_REFERENCE_BYTES;
    this.#end.endpoint.wakePeer();
    return NOTHING;
  }

  #block(attempt: () => Lack, { timeout = -1 }: BlockingOptions): void {
    this.#mustBeOpen();
    const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    const { endpoint } = this.#end;
    while (true) {
      // Who waited before goes first.
      this.#pumpSenders();
      if (this.#senders.empty) {
        const lack = attempt();
        this.#want(lack);
        if (lack === NOTHING) return;
      }
      this.#keepForLater();
      const left = deadline - performance.now();
      const result = endpoint.wait(Number.isFinite(left) ? Math.max(left, 0) : -1);
      if (result !== WaitResult.ready) this.#want(NOTHING);
      if (result === WaitResult.timedOut)
        throw new BackpressureError(`the peer made no room within ${timeout} ms: nothing was sent`);
      if (result !== WaitResult.ready) throw this.#goneError(result === WaitResult.peerDied);
    }
  }

  /** Room that we hold back may be what the peer needs to make some for us. */
  #keepForLater(): void {
    try {
      this.consumer.keep();
    } catch (error) {
      this.#want(NOTHING);
      throw error;
    }
  }

  /** What a wait, or the event loop, is ended by besides messages. */
  #want(lack: Lack): void {
    this.#end.endpoint.wantSegment(lack === A_SEGMENT);
    this.#end.endpoint.wantRoom(Math.max(lack, 0));
  }

  #enqueueSender(attempt: () => Lack): Promise<true> {
    const sent = this.#enqueue(this.#senders, () => {
      const lack = attempt();
      if (lack === NOTHING) return true;
      this.#want(lack);
      return undefined;
    });
    // Once more, to say what it lacks.
    this.#pumpSenders();
    return sent;
  }

  #enqueue<Result>(queue: Turns, attempt: () => Result | undefined): Promise<Result> {
    this.#mustBeOpen();
    const { endpoint } = this.#end;
    if (!this.#listens) {
      this.#listens = true;
      endpoint.listen(this.#onReady);
    }
    endpoint.exchange[Exchange.expecting] = 1;
    endpoint.exchange[Exchange.wanted] = 1;
    if (endpoint.exchange[Exchange.referenced] === 0) endpoint.reference();
    const result = queue.add(attempt);
    // Told before, when nobody waited.
    if (endpoint.exchange[Exchange.gone] === 1) this.#onReady();
    return result;
  }

  readonly #onReady = (): void => {
    this.#receivedInTurn = 0;
    this.#pumpSenders();
    if (!this.#closed) this.#receivers.pump();
    if (this.#closed) return;
    this.#makeRoom();
    this.#notExpecting();
    if (this.#receivers.empty && this.#senders.empty) return;
    const { endpoint } = this.#end;
    if (endpoint.exchange[Exchange.gone] === 0) return;
    const error = this.#goneError(endpoint.peerState() !== PeerState.closed);
    this.#want(NOTHING);
    this.#senders.rejectAll(error);
    this.#rejectReceivers(error);
    this.#notExpecting();
  };

  /** Everything that was sent before is received first. */
  #rejectReceivers(reason: Error): void {
    let error = reason;
    try {
      if (this.consumer.peekable) return;
    } catch (broken) {
      error = broken as Error;
    }
    this.#receivers.rejectAll(error);
  }

  /** Who waits for room while nobody receives: the peer may wait for room, too. */
  #makeRoom(): void {
    if (this.#senders.empty || !this.#receivers.empty) return;
    try {
      this.#keepForLater();
    } catch (error) {
      this.#senders.rejectAll(error as Error);
    }
  }

  #notExpecting(): void {
    if (!this.#receivers.empty || !this.#senders.empty) return;
    const { exchange } = this.#end.endpoint;
    exchange[Exchange.expecting] = 0;
    exchange[Exchange.wanted] = 0;
  }

  #pumpSenders(): void {
    if (this.#senders.empty) return;
    this.#want(NOTHING);
    this.#senders.pump();
  }

  #goneError(died: boolean): RingsnakeError {
    return died
      ? new PeerDiedError('the process or thread at the other end has ended')
      : new ChannelClosedError('the peer has closed the channel');
  }
}

function closedHere(): ChannelClosedError {
  return new ChannelClosedError('the channel was closed here');
}
