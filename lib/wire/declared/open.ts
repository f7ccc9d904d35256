/** Literals and enumerations that are open: besides the known values they have others of the same kinds. */

/** Of the values that one with these members has, in the words of errors: `string`, `string or integer`. */
export function openKinds(members: readonly unknown[]): string {
  const numbers = members.filter((member) => typeof member === 'number');
  const areWhole = numbers.every(Number.isSafeInteger);
  return [
    ...(members.some((member) => typeof member === 'string') ? ['string'] : []),
    ...(numbers.length > 0 && areWhole ? ['integer'] : []),
    ...(areWhole ? [] : ['number']),
    ...(members.some((member) => typeof member === 'boolean') ? ['boolean'] : []),
  ].join(' or ');
}

/** Whether a value is of one of these. */
export function isOfKinds(value: unknown, kinds: string): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return kinds.includes(typeof value);
    case 'number':
      return kinds.includes('number') || (kinds.includes('integer') && Number.isSafeInteger(value));
    default:
      return false;
  }
}
