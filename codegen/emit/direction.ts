/** What a declared type is called where its values arrive, and where they are given. */
import type { ResultType } from '../model.js';
import { withParts } from '../parts.js';

/** Objects arrive as instances of the generated client, functions as ones whose results are awaited, streams as iterators. */
export function received<T extends ResultType>(type: T): T {
  return mapped(type, { object: (name) => `${name}Client`, promised: true });
}

/** Any object that has the methods may be given, and a function that answers at once. */
export function given<T extends ResultType>(type: T): T {
  return mapped(type, { object: (name) => name, promised: false });
}

/** What is open, as signatures say it: the author's own types stay as they are. */
export function widened<T extends ResultType>(type: T): T {
  if (type.kind === 'literal') return type.open ? { ...type, wide: true } : type;
  return withParts(type, widened) as T;
}

interface Names {
  readonly object: (name: string) => string;
  readonly promised: boolean;
}

function mapped<T extends ResultType>(type: T, names: Names): T {
  switch (type.kind) {
    case 'stream': {
      const parts = withParts(type, (part) => mapped(part, names)) as typeof type;
      return { ...parts, received: names.promised };
    }
    case 'object':
      return { ...type, name: names.object(type.name), ...(names.promised && { self: undefined }) };
    case 'function':
      return { ...type, promised: names.promised };
    default:
      return withParts(type, (part) => mapped(part, names)) as T;
  }
}
