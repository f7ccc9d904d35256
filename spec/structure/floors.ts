/** The staircase: which floor a file stands on, the same for `lib/NAME` and `python/ringsnake/_NAME`. */

const FLOORS: readonly (readonly string[])[] = [
  ['wire', 'schema', 'errors'],
  ['ring'],
  ['channel'],
  ['session'],
  ['proxies'],
  ['worker', 'embedded'],
  ['pool'],
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
  const [, name, end] = /^lib\/([a-z-]+)(\/|\.ts$)/.exec(path) ?? [];
  if (name === undefined) return undefined;
  // A file beside the floors is a façade, even if it has the name of one; but for the vocabulary.
  return end === '/' || name === 'errors' ? place(name) : { name: `${name}.ts`, floor: undefined };
}

/** The place of the module `ringsnake._session.call`. Undefined for what is not in `ringsnake`. */
export function pythonPlace(module: string): Place | undefined {
  const [head, name = 'ringsnake'] = module.split('.');
  if (head !== 'ringsnake') return undefined;
  return name.startsWith('_') ? place(name.slice(1)) : { name, floor: undefined };
}

function place(name: string): Place {
  const floor = FLOORS.findIndex((names) => names.includes(name));
  return { name, floor: floor === -1 ? undefined : floor };
}

/** Why an import breaks the staircase; undefined if it does not. */
export function floorProblem(from: Place, to: Place): string | undefined {
  if (from.floor === undefined || from.name === to.name) return undefined;
  if (to.floor === undefined)
    return to.name === 'native' || to.name === 'native.ts'
      ? undefined
      : 'what stands on a floor imports no façade and no program';
  if (to.floor > from.floor) return 'a lower floor never imports an upper one';
  // Values and errors are vocabulary: they know each other.
  if (to.floor === from.floor && from.floor > 0) return 'siblings do not meet';
  return undefined;
}
