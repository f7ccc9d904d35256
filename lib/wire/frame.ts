/**
 * The head of every frame: 16 bytes, little-endian, before one value. Normative: spec/wire/frame.md.
 * Twin: python/ringsnake/_wire/frame.py.
 */
import { ProtocolError } from '../errors.js';
import {
  FRAME_BLOCKING,
  FRAME_CALL_ID_OFFSET,
  FRAME_CONTEXT,
  FRAME_FLAGS_OFFSET,
  FRAME_HEADER_BYTES,
  FRAME_INTERFACE_OFFSET,
  FRAME_KIND_OFFSET,
  FRAME_METHOD_OFFSET,
  FRAME_PARENT_OFFSET,
  FrameKind,
} from './constants.gen.js';

/** A decoded frame header. */
export interface FrameHeader {
  readonly kind: FrameKind;
  /** Calls only: a context precedes the arguments. */
  readonly hasContext: boolean;
  /** Calls only: a thread of the caller is blocked until it is answered. */
  readonly isBlocking: boolean;
  /** Chosen by the caller, echoed by the answer; 0 where the kind has no call. */
  readonly callId: number;
  /** Calls only: index in the callee's list of served interfaces. */
  readonly interfaceIndex: number;
  /** Calls only: index in that interface. */
  readonly methodIndex: number;
  /** Calls only: the receiver's call that this one was made for; 0: none. */
  readonly parent: number;
}

/** A header whose other fields are 0 unless given. */
export function frameHeader(kind: FrameKind, fields: Partial<FrameHeader> = {}): FrameHeader {
  return {
    kind,
    hasContext: false,
    isBlocking: false,
    callId: 0,
    interfaceIndex: 0,
    methodIndex: 0,
    parent: 0,
    ...fields,
  };
}

const KINDS: ReadonlySet<number> = new Set(Object.values(FrameKind));

function flagsOf({ hasContext, isBlocking }: FrameHeader): number {
  return (hasContext ? FRAME_CONTEXT : 0) | (isBlocking ? FRAME_BLOCKING : 0);
}

/** Writes a header at `offset`. REQUIRES: FRAME_HEADER_BYTES of room. */
export function writeFrameHeader(view: DataView, offset: number, header: FrameHeader): void {
  view.setUint8(offset + FRAME_KIND_OFFSET, header.kind);
  view.setUint8(offset + FRAME_FLAGS_OFFSET, flagsOf(header));
  view.setUint16(offset + FRAME_INTERFACE_OFFSET, header.interfaceIndex, true);
  view.setUint32(offset + FRAME_CALL_ID_OFFSET, header.callId, true);
  view.setUint32(offset + FRAME_METHOD_OFFSET, header.methodIndex, true);
  view.setUint32(offset + FRAME_PARENT_OFFSET, header.parent, true);
}

/** Reads the header of a frame of `length` bytes at `offset`. Throws ProtocolError for one this version does not know. */
export function readFrameHeader(view: DataView, offset: number, length: number): FrameHeader {
  if (length < FRAME_HEADER_BYTES) {
    throw new ProtocolError(
      `a frame of ${length} bytes is shorter than its header, ${FRAME_HEADER_BYTES} bytes`,
    );
  }
  const kind = view.getUint8(offset + FRAME_KIND_OFFSET);
  const flags = view.getUint8(offset + FRAME_FLAGS_OFFSET);
  if (!KINDS.has(kind)) throw new ProtocolError(`frame kind ${kind} is unknown`);
  if ((flags & ~(FRAME_CONTEXT | FRAME_BLOCKING)) !== 0)
    throw new ProtocolError(`a frame has flags set that this version reserves (${flags})`);
  return {
    kind: kind as FrameKind,
    hasContext: (flags & FRAME_CONTEXT) !== 0,
    isBlocking: (flags & FRAME_BLOCKING) !== 0,
    callId: view.getUint32(offset + FRAME_CALL_ID_OFFSET, true),
    interfaceIndex: view.getUint16(offset + FRAME_INTERFACE_OFFSET, true),
    methodIndex: view.getUint32(offset + FRAME_METHOD_OFFSET, true),
    parent: view.getUint32(offset + FRAME_PARENT_OFFSET, true),
  };
}
