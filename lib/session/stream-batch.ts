import type { FrameChannel } from '../channel/frame-channel.js';
import { FRAME_METHOD_OFFSET, FrameKind, STREAM_UNIT_BYTES } from '../wire/constants.gen.js';
import type { WriteItem } from '../wire/extensions/streams.js';
import { frameHeader } from '../wire/frame.js';
import { ValueWriter } from '../wire/value-writer.js';
import { itemLocated, type StreamOrigin } from './stream-origin.js';

/** A frame of items is sent when it costs so many units, or when the producer has no further item now. */
const BATCH_UNITS = 256;

/** Thrown when an item has data large enough to go by reference, or an object that is lent: from here neither can. */
const ALONE = Symbol('alone');

function sendAlone(): never {
  throw ALONE;
}

/**
 * Items of one stream on their way into a frame. Each is encoded when it comes: its maker may change it afterwards.
 * Threads: the session's.
 */
export class StreamBatch {
  readonly #channel: FrameChannel;
  readonly #id: number;
  readonly #writeItem: WriteItem;
  readonly #origin: StreamOrigin | undefined;
  readonly #writer: ValueWriter;
  #count = 0;
  /** Items so far, also those that were sent. */
  items = 0;
  /** What the items cost. Normative: spec/wire/streams.md §4. */
  units = 0;

  constructor(
    channel: FrameChannel,
    {
      id,
      writeItem,
      origin,
    }: {
      readonly id: number;
      readonly writeItem: WriteItem;
      readonly origin: StreamOrigin | undefined;
    },
  ) {
    this.#channel = channel;
    this.#id = id;
    this.#writeItem = writeItem;
    this.#origin = origin;
    this.#writer = new ValueWriter({
      port: {
        threshold: channel.bulkThreshold,
        reference: new Uint32Array(0),
        place: sendAlone,
        borrow: () => '',
      },
      references: {
        lend: sendAlone,
        find: sendAlone,
        tell: sendAlone,
        giveBack: () => {},
        settle: () => {},
      },
    });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.units >= BATCH_UNITS;
  }

  /** Takes an item, or sends it at once if it must go alone: then returns what that cost, otherwise 0. Throws for one that cannot cross. */
  add(item: unknown): number {
    const writer = this.#writer;
    const before = writer.length;
    try {
      this.#writeItem(writer, item as never);
    } catch (error) {
      // What it has written is no whole item.
      const cost = this.#send(before);
      if (error !== ALONE) throw this.#located(error, item);
      return cost + this.#sendAlone(item);
    }
    this.#count++;
    this.items++;
    this.units += costOf(writer.length - before);
    return 0;
  }

  /** Sends an item that was asked for: 1 unit, whatever its size. */
  sendAsked(item: unknown): void {
    this.#sendAlone(item, 1);
  }

  /** Sends what there is. Returns what it cost. */
  flush(): number {
    return this.#count === 0 ? 0 : this.#send(this.#writer.length);
  }

  #send(length: number): number {
    const { units } = this;
    const items = this.#writer.written().subarray(0, length);
    const channel = this.#channel;
    if (this.#count > 0) {
      const header = frameHeader(FrameKind.items, { callId: this.#id, methodIndex: units });
      const writer = channel.begin(header);
      writer.writeArrayHead(this.#count);
      const at = writer.reserve(length);
      writer.bytes.set(items, at);
      channel.commit();
      channel.flushSoon();
    }
    this.#writer.resetPrivate();
    this.#count = 0;
    this.units = 0;
    return units;
  }

  #located(error: unknown, item: unknown): unknown {
    return itemLocated(error, this.#origin, { number: this.items, given: item });
  }

  #sendAlone(item: unknown, cost?: number): number {
    const channel = this.#channel;
    const writer = channel.begin(frameHeader(FrameKind.items, { callId: this.#id }));
    const head = writer.length;
    writer.writeArrayHead(1);
    try {
      this.#writeItem(writer, item as never);
    } catch (error) {
      channel.abort();
      throw this.#located(error, item);
    }
    this.items++;
    const units = cost ?? costOf(writer.length - head + channel.placedBytes);
    const start = writer.written().byteOffset - writer.view.byteOffset;
    writer.view.setUint32(start + FRAME_METHOD_OFFSET, units, true);
    channel.commit();
    channel.flushSoon();
    return units;
  }
}

function costOf(bytes: number): number {
  return 1 + Math.floor(bytes / STREAM_UNIT_BYTES);
}
