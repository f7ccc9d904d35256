const INDEX = /^-?\d+$/;

/** The index that a property is: `x[0]` is an item, since no name of Python's begins with a digit. Undefined: it is a name. */
export function indexOf(key: string): number | bigint | undefined {
  const first = key.charCodeAt(0);
  if ((first > 57 || first < 48) && first !== 45) return undefined;
  if (!INDEX.test(key)) return undefined;
  const index = Number(key);
  return Number.isSafeInteger(index) ? index : BigInt(key);
}
