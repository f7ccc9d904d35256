/** Extensions 24 and 25: references to objects and streams. Normative: spec/wire/objects.md. Twin: python/ringsnake/_wire/references.py. */
import { EncodeError } from '../../errors.js';
import * as mp from '../constants.gen.js';
import type { ValueReader } from '../value-reader.js';
import type { ValueWriter } from '../value-writer.js';

export const OBJECT_BODY_BYTES = 8;
export const STREAM_BODY_BYTES = 4;
const OWNER_OFFSET = 4;

/** Whose an object in a message is. */
export const Owner = { sender: 0, receiver: 1 } as const;
export type Owner = (typeof Owner)[keyof typeof Owner];

/** An object in a message. */
export interface ObjectReference {
  readonly id: number;
  readonly owner: Owner;
  /** Whether its data are in the message that is being written. */
  readonly isTold?: boolean;
}

/** What the objects of an interface say of themselves when they are sent. Generated. */
export interface DataDefinition {
  readonly names: readonly string[];
  write(writer: ValueWriter, data: never): void;
  read(reader: ValueReader): object;
}

/** What is said of a type whose values cross by reference. */
export interface ReferredType {
  readonly name: string;
  readonly data?: DataDefinition;
}

/** What a session gives to its channel. Threads: the channel's. `type` is the session's word for what is declared. */
export interface ReferencePort {
  /** A reference to send for `value`. Throws ValidationError when it is not of that type. */
  lend(value: unknown, type: object): ObjectReference;
  /** What a reference that arrived refers to. */
  find(reference: ObjectReference, type: object): unknown;
  /**
   * `read` reads what an object of the sender's that was found says of itself; undefined: it has said so before. Throws ValidationError when it has
   * not.
   */
  tell(id: number, read: (() => object) | undefined): void;
  /** Nobody will use a reference that arrived to an object of the sender's. */
  giveBack(id: number): void;
  /** The message that was written is on its way, or was given up. */
  settle(sent: boolean): void;
}

export function writeObjectReference(
  writer: ValueWriter,
  port: ReferencePort | undefined,
  { value, type }: { readonly value: unknown; readonly type: ReferredType },
): void {
  if (port === undefined) throw new EncodeError('an object can cross only in a session');
  const { id, owner, isTold } = port.lend(value, type);
  const { data } = type;
  const isTelling = data !== undefined && owner === Owner.sender && !isTold;
  if (isTelling) writer.writeArrayHead(2);
  const at = writer.reserveExtension(mp.EXT_OBJECT, OBJECT_BODY_BYTES);
  writer.view.setUint32(at, id, true);
  writer.view.setUint32(at + OWNER_OFFSET, owner, true);
  if (isTelling) data.write(writer, dataOf(value, data) as never);
}

/** Each member is read once: it may be a getter. */
function dataOf(value: unknown, { names }: DataDefinition): object {
  const data: Record<string, unknown> = {};
  for (const name of names) {
    const member = (value as Record<string, unknown>)[name];
    // What every object has is no data of this one.
    const isInherited = member === (Object.prototype as Record<string, unknown>)[name];
    if (member !== undefined && !isInherited) data[name] = member;
  }
  return data;
}

/** Undefined when the body is malformed. */
export function decodeObjectReference(body: Uint8Array): ObjectReference | undefined {
  if (body.length !== OBJECT_BODY_BYTES) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  // Three of its bytes are zero.
  const owner = view.getUint32(OWNER_OFFSET, true);
  if (owner !== Owner.sender && owner !== Owner.receiver) return undefined;
  return { id: view.getUint32(0, true), owner };
}

const UNDECLARED = 'where no type declares it';

/** What is wrong with an object's reference where it was not asked for; undefined when the body is malformed, too. */
export function refuseObject(body: Uint8Array): string | undefined {
  return decodeObjectReference(body) && UNDECLARED;
}

/** The same of a stream's. */
export function refuseStream(body: Uint8Array): string | undefined {
  return body.length === STREAM_BODY_BYTES ? UNDECLARED : undefined;
}
