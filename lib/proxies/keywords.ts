/** Keyword arguments of a call. */
export class Keywords {
  readonly entries: readonly (readonly [string, unknown])[];

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

/** Keyword arguments, as the last of a call's: `await np.sum(a, kwargs({ axis: 0 }))`. What is undefined is left out. */
export function kwargs(named: Readonly<Record<string, unknown>>): Keywords {
  return new Keywords(Object.entries(named).filter(([, value]) => value !== undefined));
}
