/** Where an object's values come from, in the order of its keys. */
export interface NextValue {
  readValue(): unknown;
}

export type ObjectMaker = (source: NextValue) => object;

/** Makes objects member by member. */
export function makeByKeys(keys: readonly string[]): ObjectMaker {
  return (source) => {
    const object: Record<string, unknown> = {};
    for (const key of keys) {
      const value = source.readValue();
      if (key === '__proto__') defineMember(object, key, value);
      else object[key] = value;
    }
    return object;
  };
}

/**
 * Makes objects by a literal of these keys, which V8 gives their final form at once; member by member where code cannot be generated
 * from text. The keys are quoted: nothing of the wire is code.
 */
export function makeByLiteral(keys: readonly string[]): ObjectMaker {
  const literal = keys.map((key) => {
    const quoted = JSON.stringify(key);
    // In brackets it is a member like any other.
    return `${key === '__proto__' ? `[${quoted}]` : quoted}: source.readValue()`;
  });
  try {
    return new Function('source', `return { ${literal.join(', ')} };`) as ObjectMaker;
  } catch {
    return makeByKeys(keys);
  }
}

/** Assigning to `__proto__` would call its setter: the peer would choose the object's prototype. */
export function defineMember(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
