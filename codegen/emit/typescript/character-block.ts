/** Which messages JavaScript sends with their characters in blocks: those of many strings, where that is faster to write. */
import type { Module, ResultType, Type } from '../../model.js';

/**
 * Whether such values may hold many strings: an array of them, or a record with an array of records that have some. A few strings
 * are written faster each for itself; the lists inside a record are taken for short. What is of no known type counts for nothing.
 */
export function holdsManyStrings(types: readonly ResultType[], module: Module): boolean {
  return types.some((type) => new Strings(module).areMany(type));
}

/** Types that have their own items in any number. */
function itemsOf(type: Type): readonly Type[] | undefined {
  if (type.kind === 'array' || type.kind === 'set') return [type.item];
  // Its keys come again and again: whoever reads them knows them.
  if (type.kind === 'dict') return [type.value];
  return type.kind === 'map' ? [type.key, type.value] : undefined;
}

class Strings {
  readonly #module: Module;
  /** Whether values of a named type hold any; a type that reaches itself is asked once. */
  readonly #known = new Map<string, boolean>();
  readonly #asked = new Set<string>();

  constructor(module: Module) {
    this.#module = module;
  }

  areMany(type: ResultType, isInside = false): boolean {
    if (type.kind === 'stream' || type.kind === 'void') return false;
    const items = itemsOf(type);
    if (items !== undefined) {
      const areRecords = items.some((item) => this.#isCompound(item));
      if (!isInside || areRecords) return items.some((item) => this.#areAny(item));
      return items.some((item) => this.areMany(item, true));
    }
    const name = nameOf(type);
    if (name !== undefined && this.#asked.has(name)) return false;
    if (name !== undefined) this.#asked.add(name);
    return this.#partsOf(type).some((part) => this.areMany(part, type.kind !== 'nullable'));
  }

  #areAny(type: Type): boolean {
    if (type.kind === 'string' || type.kind === 'template') return true;
    const name = nameOf(type);
    const known = name === undefined ? undefined : this.#known.get(name);
    if (known !== undefined) return known;
    if (name !== undefined) this.#known.set(name, false);
    const parts = itemsOf(type) ?? this.#partsOf(type);
    const found = parts.some((part) => this.#areAny(part));
    if (name !== undefined) this.#known.set(name, found);
    return found;
  }

  /** A record, or a union of some. */
  #isCompound(type: Type): boolean {
    if (type.kind === 'record') return true;
    if (type.kind === 'object') return this.#dataOf(type.name).length > 0;
    if (type.kind === 'union') return type.branches.some((branch) => branch.kind === 'record');
    return type.kind === 'alias' && this.#partsOf(type).some((part) => this.#isCompound(part));
  }

  #partsOf(type: Type): readonly Type[] {
    switch (type.kind) {
      case 'nullable':
      case 'undefinable':
        return [type.inner];
      case 'union':
        return type.branches;
      case 'tuple':
        return [
          ...type.items.map((item) => item.type),
          ...(type.rest === undefined ? [] : [type.rest]),
        ];
      case 'alias':
        return this.#module.aliases
          .filter(({ name }) => name === type.name)
          .map((alias) => alias.type);
      case 'record': {
        const record = this.#module.records.find(({ name }) => name === type.name);
        const extra = record?.extra === undefined ? [] : [record.extra.value];
        return [...(record?.fields ?? []).map((field) => field.type), ...extra];
      }
      case 'object':
        return this.#dataOf(type.name);
      default:
        return [];
    }
  }

  /** What an object by reference says of itself. */
  #dataOf(object: string): readonly Type[] {
    const service = this.#module.services.find(({ name }) => name === object);
    return (service?.data ?? []).map(({ type }) => type);
  }
}

function nameOf(type: Type): string | undefined {
  const isNamed = type.kind === 'record' || type.kind === 'alias' || type.kind === 'object';
  return isNamed ? `${type.kind} ${type.name}` : undefined;
}
