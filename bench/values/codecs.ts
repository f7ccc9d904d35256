import { deserialize, serialize } from 'node:v8';
import * as cbor from 'cbor-x';
import * as msgpackr from 'msgpackr';
import { ValueReader, ValueWriter } from 'ringsnake/generated';
import { decode, encode } from 'ringsnake/values';
import { peopleDefinition } from '../peers/people.gen.js';
import type { Payload } from './payloads.js';

/** A way to code a value. */
export interface Codec {
  readonly name: string;
  /** Whether it can have that payload at all. */
  takes(payload: Payload): boolean;
  /** Ready for that payload. */
  prepare(payload: Payload): {
    encode(): Uint8Array;
    /** What arrives, where the other language writes it in another way. */
    received?(): Uint8Array;
    decode(bytes: Uint8Array): unknown;
  };
}

/** Of no declared types. */
function generic(
  name: string,
  code: { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown },
  takes: (payload: Payload) => boolean = () => true,
): Codec {
  return {
    name,
    takes,
    prepare: ({ value }) => ({
      encode: () => code.encode(value),
      decode: (bytes) => code.decode(bytes),
    }),
  };
}

const noTypedArray = ({ jsOnly }: Payload): boolean => jsOnly !== true;

const plain = new msgpackr.Packr({ useRecords: false, variableMapSize: true });
const records = new msgpackr.Packr({ useRecords: true, structures: [] });
const json = {
  encode: (value: unknown) => Buffer.from(JSON.stringify(value)),
  decode: (bytes: Uint8Array) =>
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as unknown,
};

const known: Codec = {
  name: 'ringsnake, known type',
  takes: ({ method }) => method !== undefined,
  prepare({ value, method }) {
    const found = peopleDefinition.methods.find(({ name }) => name === method);
    if (found === undefined) throw new Error(`no method ${method}`);
    const { writeResult, readResult } = found;
    const writer = new ValueWriter();
    const reader = new ValueReader();
    // A session has one over its ring.
    let view: DataView | undefined;
    return {
      encode() {
        writer.resetPrivate();
        writeResult(writer, value);
        return writer.written();
      },
      // Python has the characters of every record in a block.
      received() {
        writer.resetPrivate();
        if (method === 'one') writer.beginBlock();
        writeResult(writer, value);
        if (method === 'one') writer.endBlock();
        return writer.written();
      },
      decode(bytes) {
        if (view?.buffer !== bytes.buffer || view.byteOffset !== bytes.byteOffset)
          view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        reader.reset(bytes, view, 0, bytes.byteLength);
        const read = readResult(reader);
        reader.finish();
        return read;
      },
    };
  },
};

export const codecs: readonly Codec[] = [
  generic('ringsnake', { encode, decode }),
  known,
  generic('msgpackr', plain, noTypedArray),
  generic('msgpackr records', records, noTypedArray),
  generic('cbor-x', cbor),
  generic('JSON', json, noTypedArray),
  generic('v8', { encode: serialize, decode: deserialize }),
];
