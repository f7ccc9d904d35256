/** Of values that were made over before they were refused: what was made, for who says all that is wrong with it. */
const TREES = new WeakMap<object, { readonly tree: unknown }>();

export function keepTree(error: unknown, tree: unknown): void {
  if (typeof error === 'object' && error !== null) TREES.set(error, { tree });
}

/** Undefined: it was not made over. */
export function keptTree(error: object): { readonly tree: unknown } | undefined {
  return TREES.get(error);
}
