/** Keyword arguments of a call. */
export class Keywords<Named = Readonly<Record<string, unknown>>> {
  readonly entries: readonly (readonly [string, unknown])[];
  /** For the compiler only. */
  declare readonly '#named': Named;

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

/** Keyword arguments, as the last of a call's: `await np.sum(a, kwargs({ axis: 0 }))`. What is undefined is left out. */
export function kwargs<Named extends Readonly<Record<string, unknown>>>(
  named: Named,
): Keywords<Named> {
  return new Keywords(Object.entries(named).filter(([, value]) => value !== undefined));
}
