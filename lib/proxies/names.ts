/** An index of an array. */
const INDEX = /^(0|[1-9]\d*)$/;

/** The names of an object's properties and of its prototypes', but for indexes and what every object has; of what has no properties: none. */
export function namesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const names = new Set<string>();
  for (let each: unknown = Object(value); each !== null; each = Object.getPrototypeOf(each)) {
    if (each === Object.prototype && names.size > 0) break;
    const isIndexed = Array.isArray(each) || ArrayBuffer.isView(each) || each instanceof String;
    for (const name of isIndexed
      ? namesWithoutIndexes(each as object)
      : Object.getOwnPropertyNames(each))
      names.add(name);
  }
  return [...names].sort();
}

function namesWithoutIndexes(value: object): string[] {
  return Object.getOwnPropertyNames(value).filter((name) => !INDEX.test(name));
}
