/** What a declared type is called where its values arrive, and where they are given. */
import type { ResultType, StreamType } from '../model.js';
import { withParts } from '../parts.js';

/** Objects arrive as instances of the generated client, functions as ones whose results are awaited, streams as iterators. */
export function received<T extends ResultType>(type: T): T {
  return mapped(type, RECEIVED);
}

/** Any object that has the methods may be given, and a function that answers at once. */
export function given<T extends ResultType>(type: T): T {
  return mapped(type, GIVEN);
}

/** What is open, as signatures say it: the author's own types stay as they are. */
export function widened<T extends ResultType>(type: T): T {
  if (type.kind === 'literal') return type.open ? { ...type, wide: true } : type;
  return withParts(type, widened) as T;
}

interface Names {
  readonly object: (name: string) => string;
  readonly promised: boolean;
  readonly opposite: () => Names;
}

const RECEIVED: Names = {
  object: (name) => `${name}Client`,
  promised: true,
  opposite: () => GIVEN,
};

const GIVEN: Names = { object: (name) => name, promised: false, opposite: () => RECEIVED };

function mapped<T extends ResultType>(type: T, names: Names): T {
  switch (type.kind) {
    case 'stream': {
      const stream: StreamType = type;
      const parts = withParts(stream, (part) => mapped(part, names)) as StreamType;
      const taken = stream.generator?.takes;
      // What is sent to a generator goes the other way.
      const generator = taken && { ...parts.generator, takes: mapped(taken, names.opposite()) };
      return { ...parts, received: names.promised, ...(generator && { generator }) } as T;
    }
    case 'object':
      return { ...type, name: names.object(type.name), ...(names.promised && { self: undefined }) };
    case 'function':
      return { ...type, promised: names.promised };
    default:
      return withParts(type, (part) => mapped(part, names)) as T;
  }
}
