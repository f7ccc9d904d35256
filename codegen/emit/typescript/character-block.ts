/** Which messages JavaScript sends with their characters in blocks: those of many strings, where that is faster to write. */
import type { Module, ResultType, Type } from '../../model.js';

/**
 * Whether such values may hold many strings: an array of them, or a record with an array of records that have some. A few strings
 * are written faster each for itself; the lists inside a record are taken for short.
 */
export function holdsManyStrings(types: readonly ResultType[], module: Module): boolean {
  const records = new Map(module.records.map((record) => [record.name, record.fields]));

  const holdsString = (type: Type, seen: ReadonlySet<string>): boolean => {
    switch (type.kind) {
      case 'string':
        return true;
      case 'nullable':
        return holdsString(type.inner, seen);
      case 'array':
        return holdsString(type.item, seen);
      case 'record':
        return fieldsOf(type.name, seen, holdsString);
      default:
        return false;
    }
  };
  const holdsMany = (type: ResultType, seen: ReadonlySet<string>): boolean => {
    switch (type.kind) {
      case 'nullable':
        return holdsMany(type.inner, seen);
      case 'array':
        return seen.size === 0 || type.item.kind === 'record'
          ? holdsString(type.item, new Set())
          : holdsMany(type.item, seen);
      case 'record':
        return fieldsOf(type.name, seen, holdsMany);
      default:
        return false;
    }
  };
  const fieldsOf = (
    name: string,
    seen: ReadonlySet<string>,
    holds: (type: Type, seen: ReadonlySet<string>) => boolean,
  ): boolean => {
    if (seen.has(name)) return false;
    const inside = new Set([...seen, name]);
    return (records.get(name) ?? []).some(({ type }) => holds(type, inside));
  };
  return types.some((type) => holdsMany(type, new Set()));
}
