/** How TypeScript names become Python names. The only such rules. */

const PYTHON_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Names every method has already, and the module that a class finds `object` in where a field is called that. */
const PYTHON_RECEIVERS: ReadonlySet<string> = new Set(['self', 'cls', 'builtins']);

/**
 * The words of a run without underscores, tried in this order: a plural acronym (`IDs`), an acronym before a word (`HTTP`
 * in `HTTPServer`), an acronym that ends the run (`ID`, `HTTP2`), an ordinary word with its digits (`utf8`).
 */
const WORD =
  /\p{Lu}{2,}s(?!\p{Ll})|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}+\p{N}*(?![\p{Ll}\p{N}])|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+|\p{L}/gu;

/** `userID` → `user_id`, `HTTPServer` → `http_server`, `$ref` → `ref`, `content-type` → `content_type`, `+1` → `plus_1`. */
export function snakeCase(name: string): string {
  const spoken = name.replace(/^([+-])(?=\p{N})/u, (sign) => (sign === '+' ? 'plus_' : 'minus_'));
  const plain = spoken.replace(/^\$+/u, '').replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_');
  const snake = plain
    .split('_')
    .map((run) => (run.match(WORD) ?? []).join('_').toLowerCase())
    .join('_');
  return /^\p{N}/u.test(snake) ? `_${snake}` : snake;
}

/** `calculatorDefinition`-style upper case: `Rounding` → `ROUNDING`, `pointKind` → `POINT_KIND`. */
export function upperSnakeCase(name: string): string {
  return snakeCase(name).toUpperCase();
}

/** `user-id`, `user_id`, `userId` → `UserId`; what is upper case already stays. */
export function pascalCase(name: string): string {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

/** `Calculator` → `calculator`, `HTTPServer` → `httpServer`, `user_id` → `userId`. */
export function camelCase(name: string): string {
  const [first = '', ...others] = snakeCase(name)
    .split('_')
    .filter((part) => part !== '');
  return first + others.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

/**
 * The Python name of a field, method or parameter. Keywords, `self`, `cls` and `builtins` get a trailing underscore (PEP 8). Empty when
 * nothing speakable is left.
 */
export function pythonName(name: string): string {
  const snake = unmangled(snakeCase(name));
  if (/^_*$/u.test(snake)) return '';
  return isReserved(snake) ? `${snake}_` : snake;
}

/** Two leading underscores become one: a class body would take the name for one of its own. */
export function unmangled(name: string): string {
  return name.replace(/^__+/u, '_');
}

/** Why something cannot have that name in Python; undefined if it can. */
export function pythonNameProblem(name: string): string | undefined {
  if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) return 'it is no identifier';
  if (isReserved(name)) return 'Python needs it itself';
  return name.startsWith('__') ? 'names with two underscores belong to Python' : undefined;
}

/** Names that begin with underscores are a module's own, and types are used in several: `_Point` → `Point_`. */
function behind(_: string, underscores: string, rest: string): string {
  return /^\p{ID_Start}/u.test(rest) ? rest + underscores : `T${underscores}${rest}`;
}

/** The Python name of a class or alias: as in TypeScript, unless Python forbids it. */
export function pythonTypeName(name: string): string {
  const plain = name.replaceAll('$', '_').replace(/^(_+)(.*)$/u, behind);
  return PYTHON_KEYWORDS.has(plain) ? `${plain}_` : plain;
}

/** `digits.ts`, `kebab-case.ts`, `src/camelCase.mts` → `digits_gen`, `kebab_case_gen`, `camel_case_gen`. */
export function pythonModuleName(stem: string): string {
  return `${snakeCase(stem)}_gen`;
}

function isReserved(name: string): boolean {
  return PYTHON_KEYWORDS.has(name) || PYTHON_RECEIVERS.has(name);
}

/** Can the name stand without quotes in TypeScript? */
export function isIdentifier(name: string): boolean {
  // Most are ASCII, and that is found out much faster.
  return /^[A-Za-z$_][\w$]*$/.test(name) || /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** A set of names in use; hands out names that are not. */
export class Scope {
  readonly #taken: Set<string>;
  /** What is taken there is taken here. Not copied: a module has thousands of names, and of scopes inside it. */
  readonly #outer: Scope | undefined;

  constructor(taken: Iterable<string> = [], outer?: Scope) {
    this.#taken = new Set(taken);
    this.#outer = outer;
  }

  has(name: string): boolean {
    return this.#taken.has(name) || this.#outer?.has(name) === true;
  }

  /** Takes `preferred`, or the nearest free name: `value`, `value_`, `value_2`, … */
  claim(preferred: string): string {
    let name = preferred;
    for (let count = 1; this.has(name); count++) {
      name = count === 1 ? `${preferred}_` : `${preferred}_${count}`;
    }
    this.#taken.add(name);
    return name;
  }

  /** A scope inside this one: what it takes is not taken here. */
  inner(more: Iterable<string> = []): Scope {
    return new Scope(more, this);
  }
}
