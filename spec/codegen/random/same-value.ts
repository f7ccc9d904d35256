/** Whether two values are the same to everybody who looks at them: NaN is NaN, -0 is not 0, prototypes do not count. */
import { NdArray } from 'ringsnake/values';

export function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && areSame(a, b);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof URL) return b instanceof URL && a.href === b.href;
  if (a instanceof RegExp) return b instanceof RegExp && String(a) === String(b);
  if (a instanceof NdArray || a instanceof ArrayBuffer || ArrayBuffer.isView(a))
    return areSameNumbers(a, b);
  if (a instanceof Set) {
    // Python's sets have no order.
    return b instanceof Set && a.size === b.size && [...a].every((item) => b.has(item));
  }
  if (a instanceof Map)
    return (
      b instanceof Map &&
      areSame([...a.keys()], [...b.keys()]) &&
      areSame([...a.values()], [...b.values()])
    );
  return !isBuiltIn(b) && areSameObjects(a, b);
}

function bytesOf(memory: ArrayBuffer | DataView): readonly number[] {
  if (memory instanceof ArrayBuffer) return [...new Uint8Array(memory)];
  return [...new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength)];
}

function areSameNumbers(a: NdArray | ArrayBuffer | ArrayBufferView, b: object): boolean {
  if (a instanceof ArrayBuffer || a instanceof DataView)
    return a.constructor === b.constructor && areSame(bytesOf(a), bytesOf(b as DataView));
  if (a instanceof NdArray) {
    const isAlike = b instanceof NdArray && a.dtype === b.dtype && areSame(a.shape, b.shape);
    return isAlike && isSameValue(a.data, b.data);
  }
  const isAlike = ArrayBuffer.isView(b) && a.constructor === b.constructor;
  return isAlike && areSame(Array.from(a as Uint8Array), Array.from(b as Uint8Array));
}

function isBuiltIn(value: object): boolean {
  return (
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    [ArrayBuffer, Date, URL, RegExp, NdArray, Set, Map].some((each) => value instanceof each)
  );
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => isSameValue(item, b[index]));
}

function areSameObjects(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        isSameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
