/** The staircase: which floor a file stands on, the same for `lib/NAME` and `python/ringsnake/_NAME`. */

const FLOORS: readonly (readonly string[])[] = [
  ['wire', 'errors'],
  ['ring'],
  ['channel'],
  ['session'],
  ['worker', 'embedded'],
  ['asgi', 'extensions', 'policy', 'javascript'],
];

/** A place of the product. */
export interface Place {
  readonly name: string;
  /** Undefined for what stands on no floor: façades, programs, the loader of the addon. */
  readonly floor: number | undefined;
}

/** The place of `lib/session/call.ts`: `session`, floor 3. Undefined for what is not in `lib`. */
export function typescriptPlace(path: string): Place | undefined {
  const name = /^lib\/([a-z-]+)(?:\/|\.ts$)/.exec(path)?.[1];
  return name === undefined ? undefined : place(name);
}

/** The place of the module `ringsnake._session.call`. Undefined for what is not in `ringsnake`. */
export function pythonPlace(module: string): Place | undefined {
  const [head, name = 'ringsnake'] = module.split('.');
  return head === 'ringsnake' ? place(name.replace(/^_/, '')) : undefined;
}

function place(name: string): Place {
  const floor = FLOORS.findIndex((names) => names.includes(name));
  return { name, floor: floor === -1 ? undefined : floor };
}

/** Why an import breaks the staircase; undefined if it does not. */
export function floorProblem(from: Place, to: Place): string | undefined {
  if (from.floor === undefined || from.name === to.name) return undefined;
  if (to.floor === undefined)
    return to.name === 'native'
      ? undefined
      : 'what stands on a floor imports no façade and no program';
  if (to.floor > from.floor) return 'a lower floor never imports an upper one';
  // Values and errors are vocabulary: they know each other.
  if (to.floor === from.floor && from.floor > 0) return 'siblings do not meet';
  return undefined;
}
