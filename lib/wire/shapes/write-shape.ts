import * as mp from '../msgpack.js';
import type { ValueWriter } from '../value-writer.js';
import type { SentShape, SentShapes } from './sent-shapes.js';

/** What stands before the values of an object: the head of an array, and extension 8 or 9. */
export function writeShapeHead(writer: ValueWriter, shape: SentShape, shapes: SentShapes): void {
  const { id, keys } = shape;
  writer.writeArrayHead(keys.length + 1);
  if (id < 0) {
    define(writer, shape, shapes);
  } else if (id <= 0xff) {
    const at = writer.reserve(3);
    const { bytes } = writer;
    bytes[at] = mp.FIXEXT1;
    bytes[at + 1] = mp.EXT_SHAPE_REFERENCE;
    bytes[at + 2] = id;
  } else {
    const at = writer.reserveExtension(mp.EXT_SHAPE_REFERENCE, 2);
    writer.view.setUint16(at, id, true);
  }
}

function define(writer: ValueWriter, shape: SentShape, shapes: SentShapes): void {
  shapes.define(shape);
  const mark = writer.beginExtension();
  const at = writer.reserve(2);
  writer.view.setUint16(at, shape.id, true);
  for (const key of shape.keys) writer.writeString(key);
  writer.endExtension(mark, mp.EXT_SHAPE);
}
