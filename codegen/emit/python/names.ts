/** The names of one generated Python module: the author's, the imported, and those made here. */
import type { EnumDefinition, Module } from '../../model.js';
import { pythonTypeName, Scope, snakeCase } from '../../names.js';

/** Built-in names the generated code uses. */
const BUILTINS =
  'Exception None bool bytes dict float frozenset int isinstance list memoryview object set str tuple super type';

export class PythonModuleNames {
  readonly #authors: ReadonlySet<string>;
  /** Fields of the classes whose bodies call something: there they hide what is imported by that name. */
  readonly #hiding: ReadonlySet<string>;
  readonly #scope: Scope;
  readonly #errors = new Map<string, string>();
  readonly #promised = new Map<string, string>();
  /** Module → imported name → local name. */
  readonly #imports = new Map<string, Map<string, string>>();
  /** The variable that holds the types of the module. */
  readonly typeTable: string;
  readonly #enums: ReadonlyMap<string, EnumDefinition>;
  readonly #variables = new Map<string, string>();
  #usesBuiltins = false;

  constructor(module: Module) {
    const { services, records, errors, enums, aliases } = module;
    const types = [...services, ...records, ...errors, ...enums, ...aliases].map(({ name }) =>
      pythonTypeName(name),
    );
    this.#enums = new Map(enums.map((each) => [each.name, each]));
    this.#authors = new Set(types);
    this.#hiding = new Set(
      records
        .filter(({ extra }) => extra !== undefined)
        .flatMap(({ fields }) => fields.map(({ pythonName }) => pythonName)),
    );
    this.#scope = new Scope(types);
    for (const { name } of module.services) {
      this.#scope.claim(`${pythonTypeName(name)}Client`);
      this.#scope.claim(`${pythonTypeName(name)}Server`);
      this.#scope.claim(definitionName(name));
    }
    for (const { name, byReference } of module.services) {
      if (byReference)
        this.#promised.set(name, this.#scope.claim(`Promised${pythonTypeName(name)}`));
    }
    this.typeTable = this.#scope.claim('_types');
    for (const { name } of module.errors)
      this.#errors.set(name, this.#scope.claim(`_${snakeCase(name)}`));
  }

  /** The Python name of an enumeration's member. */
  enumMember(name: string, member: string): string {
    const found = this.#enums.get(name)?.members.find((each) => each.name === member);
    return found?.pythonName ?? member;
  }

  /** The variable for a type parameter of a method, noted as used. */
  typeVariable(name: string): string {
    const local = this.#variables.get(name) ?? this.#scope.claim(name);
    this.#variables.set(name, local);
    this.typing('TypeVar');
    return local;
  }

  /** In the order in which they were met. */
  get typeVariables(): readonly string[] {
    return [...this.#variables.values()];
  }

  /** The class of an object to come. */
  promised(object: string): string {
    return this.#promised.get(object) ?? object;
  }

  /** The local name of an import, noted as used. */
  use(module: string, name: string): string {
    const imported = this.#imports.get(module) ?? new Map<string, string>();
    const local = this.#authors.has(name) || this.#hiding.has(name) ? `_${name}` : name;
    this.#imports.set(module, imported.set(name, local));
    return local;
  }

  runtime(name: string): string {
    return this.use('ringsnake.generated', name);
  }

  typing(name: string): string {
    return this.use('typing', name);
  }

  /** A built-in name, by its module where the author's names or the members of the class around hide it. */
  builtin(name: string, hidden?: ReadonlySet<string>): string {
    if (!this.#authors.has(name) && !hidden?.has(name)) return name;
    this.#usesBuiltins = true;
    return `builtins.${name}`;
  }

  /** The import statements' parts, modules and names sorted. */
  imports(): { module: string; names: string[] }[] {
    return [...this.#imports].sort(byText).map(([module, names]) => ({
      module,
      names: [...names]
        .sort(byImportOrder)
        .map(([name, local]) => (name === local ? name : `${name} as ${local}`)),
    }));
  }

  /** The constant that describes a declared error. */
  error(name: string): string {
    return this.#errors.get(name) ?? name;
  }

  get usesBuiltins(): boolean {
    return this.#usesBuiltins;
  }

  /** A scope for the locals of one function: they hide neither built-ins nor anything of the module. */
  locals(...reserved: readonly string[]): Scope {
    return new Scope([
      ...BUILTINS.split(' '),
      ...this.#authors,
      'builtins',
      'cast',
      'self',
      ...reserved,
    ]);
  }
}

export function definitionName(service: string): string {
  return `${snakeCase(service)}_definition`;
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As isort does it: constants, then classes, then the rest. */
function byImportOrder([a]: readonly [string, string], [b]: readonly [string, string]): number {
  const rank = (name: string) => (/^[A-Z][A-Z\d_]+$/.test(name) ? 0 : /^[A-Z]/.test(name) ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
