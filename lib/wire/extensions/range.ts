/** What `make` makes; undefined if it throws a RangeError: the numbers are none that the type can have. */
export function ifInRange<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
