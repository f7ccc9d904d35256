/** References in the untyped tree of a message that is read in another form: see ../read-transcoded.ts. */
import * as mp from '../constants.gen.js';
import type { ValueWriter } from '../value-writer.js';
import { OBJECT_BODY_BYTES, type Owner, STREAM_BODY_BYTES } from './references.js';

/** Extension 24. */
export class TreeObject {
  readonly id: number;
  readonly owner: Owner;
  /** Whether the other form has it, too. */
  isKept = false;

  constructor(id: number, owner: Owner) {
    this.id = id;
    this.owner = owner;
  }
}

/** Extension 25. */
export class TreeStream {
  readonly id: number;
  isKept = false;
  /** What is made of its items. */
  step: ((item: unknown) => unknown) | undefined;

  constructor(id: number) {
    this.id = id;
  }

  with(step: ((item: unknown) => unknown) | undefined): this {
    this.step = step;
    return this;
  }
}

export type TreeReference = TreeObject | TreeStream;

export function writeTreeObject(writer: ValueWriter, object: TreeObject): void {
  const at = writer.reserveExtension(mp.EXT_OBJECT, OBJECT_BODY_BYTES);
  writer.view.setUint32(at, object.id, true);
  writer.view.setUint32(at + 4, object.owner, true);
  object.isKept = true;
}

export function writeTreeStream(writer: ValueWriter, stream: TreeStream): void {
  const at = writer.reserveExtension(mp.EXT_STREAM, STREAM_BODY_BYTES);
  writer.view.setUint32(at, stream.id, true);
  stream.isKept = true;
}
