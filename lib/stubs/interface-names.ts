/** What classes and modules of Python are called in TypeScript. */
import type { ClassDescription, ModuleDescription } from './model.js';

/** No interface can have these names; `Py` is what the file imports. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'any bigint boolean never null number object string symbol undefined unknown void Py Module ' +
    'await break case catch class const continue debugger default delete do else enum export extends false finally ' +
    'for function if implements import in instanceof interface let new package private protected public return ' +
    'static super switch this throw true try typeof var while with yield'
  ).split(' '),
);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Where a class is declared. */
export interface Place {
  /** Module whose file has it. */
  readonly module: string;
  /** The interface of its instances. */
  readonly instance: string;
  /** The interface of the class itself. */
  readonly itself: string;
}

/** Names that are unique in each file. */
export function placesOf(modules: readonly ModuleDescription[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const { name: module, classes = [] } of modules) {
    const taken = new Set<string>(RESERVED);
    // What users know by its name has it; what is hidden somewhere takes what is left.
    const sorted = [...classes].sort((a, b) => depth(a, module) - depth(b, module));
    for (const { id } of sorted) {
      const own = id.startsWith(`${module}.`) ? id.slice(module.length + 1) : id;
      const words = own.split('.').map((word) => word.replace(/[^\w$]/g, '_'));
      const wanted =
        words.length > 1 && isHidden(words) ? (words.at(-1) as string) : words.join('_');
      const instance = free(wanted, taken);
      places.set(id, { module, instance, itself: free(`${instance}Class`, taken) });
    }
  }
  return places;
}

function depth({ id }: ClassDescription, module: string): number {
  const isPublic = id.startsWith(`${module}.`);
  return (isPublic ? 0 : 100) + id.split('.').length;
}

/** Whether it stands in a module that has no file: there only the last name says something. */
function isHidden([head = '']: readonly string[]): boolean {
  return /^[a-z_]/.test(head);
}

function free(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 1; taken.has(name); count++) name = `${wanted}_${count === 1 ? '' : count}`;
  taken.add(name);
  return name;
}

/** As a member: `in`, `'naïve'`. */
export function memberName(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

/** As a parameter, of which only the editor says the name. */
export function parameterName(name: string): string {
  const plain = name.replace(/[^\w$]/g, '_');
  return RESERVED.has(plain) || plain === 'arguments' || plain === 'eval' ? `${plain}_` : plain;
}

/** `numpy.linalg` → `numpy.linalg.d.ts`, imported as `./numpy.linalg.js`. */
export function fileName(module: string): string {
  return `${module}.d.ts`;
}
