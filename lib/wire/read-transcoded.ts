/** A value of another schema than the reader's: read as an untyped tree, made over, written again and read in the reader's own form. */
import { Owner } from './extensions/references.js';
import { TreeObject, type TreeReference, TreeStream } from './extensions/tree-references.js';
import { keepTree } from './refused-tree.js';
import { ValueReader } from './value-reader.js';
import { type ReferencePorts, ValueWriter } from './value-writer.js';

/** How a value is made over. */
export interface Transcoded {
  /** The tree in the reader's form. */
  readonly step: (tree: unknown) => unknown;
  /** Where references of the new message lead, which are among these. */
  readonly ports: (own: ReferencePorts, references: readonly TreeReference[]) => ReferencePorts;
}

/** Reads the value that comes next with `read`, after it was made over. What the other form has no place for is given back. */
export function readTranscoded<T>(
  reader: ValueReader,
  { step, ports }: Transcoded,
  read: (reader: ValueReader) => T,
): T {
  const references: TreeReference[] = [];
  const { types } = reader;
  const tree = reader.readTree(references);
  let made: unknown;
  const make = (): unknown => {
    made = step(tree);
    return made;
  };
  const bytes = rewritten(make, { types, references, reader });
  const own = { references: reader.references, streams: reader.streams };
  const other = new ValueReader({ types, validation: reader.validation, ...ports(own, references) });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  try {
    other.reset(bytes, view, 0, bytes.length);
    const value = read(other);
    other.finish();
    return value;
  } catch (error) {
    keepTree(error, made);
    try {
      other.discard(bytes, view, { offset: 0, end: bytes.length });
    } catch {
      // It refers to what is not there.
    }
    throw error;
  }
}

/** The other form's bytes. References that it has no place for go back; all of them, if it cannot be written. */
function rewritten(
  make: () => unknown,
  {
    types,
    references,
    reader,
  }: { references: readonly TreeReference[]; reader: ValueReader } & Pick<ValueReader, 'types'>,
): Uint8Array {
  let isWritten = false;
  try {
    const writer = new ValueWriter();
    writer.writeValue(make(), { types });
    isWritten = true;
    return writer.written();
  } finally {
    for (const each of references) if (!isWritten || !each.isKept) giveBack(each, reader);
  }
}

function giveBack(reference: TreeReference, { references, streams }: ReaderPorts): void {
  if (reference instanceof TreeStream) streams?.refuse(reference.id);
  else if (reference instanceof TreeObject && reference.owner === Owner.sender)
    references?.giveBack(reference.id);
}

type ReaderPorts = Pick<ValueReader, 'references' | 'streams'>;
