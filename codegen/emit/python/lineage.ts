/** Classes that derive from each other. */
import type { RecordDefinition } from '../../model.js';

/** Each behind the one that it derives from, and otherwise as they were. */
export function inOrderOfBirth<T extends RecordDefinition>(types: readonly T[]): T[] {
  const byName = new Map(types.map((type) => [type.name, type]));
  const born = new Set<T>();
  const bear = (type: T | undefined): void => {
    if (type === undefined || born.has(type)) return;
    if (type.base !== undefined) bear(byName.get(type.base));
    born.add(type);
  };
  for (const type of types) bear(type);
  return [...born];
}
