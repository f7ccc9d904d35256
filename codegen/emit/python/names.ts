/** The names of one generated Python package: the author's, the imported, and those made here. */
import { dataTypes } from '../../data-types.js';
import type { EnumDefinition, LiteralValue, Module } from '../../model.js';
import { pythonTypeName, Scope, snakeCase, unmangled } from '../../names.js';

/** Built-in names the generated code uses. */
const BUILTINS =
  'Exception None bool bytes dict float frozenset int isinstance list memoryview object set str tuple super type';

/** The modules of a package; each imports those before it. */
export type PythonPart = 'types' | 'codec' | 'client' | 'server';

/** What each module of a package defines. */
export class PythonPackageNames {
  readonly authors: ReadonlySet<string>;
  /** Members of classes: in their bodies they hide what is imported by that name. */
  readonly hiding: ReadonlySet<string>;
  readonly #variables = new Map<string, string>();
  readonly #scope: Scope;
  readonly #enums: ReadonlyMap<string, EnumDefinition>;
  /** TypeScript name → Python name. */
  readonly #types = new Map<string, string>();
  /** Python name → the module that defines it. */
  readonly #homes = new Map<string, PythonPart>();
  /** Declared error → the constant that describes it. */
  readonly #errors = new Map<string, string>();
  readonly #promised = new Map<string, string>();
  /** Type of a file without services → its codec. */
  readonly #codecs = new Map<string, string>();
  /** The variable that holds the types of the package. */
  readonly typeTable: string;
  /** The function that lists the clients of objects. */
  readonly clientList: string;

  constructor(module: Module) {
    const { services, records, errors, enums, aliases } = module;
    for (const { name, pythonName } of [...services, ...records, ...errors, ...enums, ...aliases])
      this.#types.set(name, pythonName ?? pythonTypeName(name));
    const types = [...this.#types.values()];
    this.#enums = new Map(enums.map((each) => [each.name, each]));
    this.authors = new Set(types);
    const members = [
      ...[...records, ...errors].flatMap(({ fields }) => fields),
      ...services.flatMap(({ methods, data }) => [...methods, ...data]),
    ];
    this.hiding = new Set(members.map(({ pythonName }) => pythonName));
    for (const type of types) this.#homes.set(type, 'types');
    for (const { name, data } of services) {
      const python = this.type(name);
      this.#homes.set(this.definition(name), 'codec');
      this.#homes.set(`${python}Client`, 'client');
      this.#homes.set(`${python}SyncClient`, 'client');
      // Whoever connects to a service is not told what it says of itself.
      if (data.length === 0) this.#homes.set(`${python}Server`, 'server');
      // What an object is called where it arrives.
      this.#types.set(`${name}Client`, `${python}Client`);
    }
    const scope = new Scope(this.#homes.keys());
    this.#scope = scope;
    for (const { name } of services.filter(({ byReference }) => byReference)) {
      const promised = scope.claim(`Promised${this.type(name)}`);
      this.#promised.set(name, promised);
      this.#homes.set(promised, 'client');
    }
    for (const { name } of dataTypes(module)) {
      const codec = scope.claim(`${snakeCase(this.type(name))}_codec`);
      this.#codecs.set(name, codec);
      this.#homes.set(codec, 'codec');
    }
    this.typeTable = scope.claim('_table');
    this.clientList = scope.claim('_clients');
    for (const { name } of errors)
      this.#errors.set(name, scope.claim(unmangled(`_${snakeCase(name)}`)));
  }

  /** The Python name of a type of the author's, or of the client that it arrives as. */
  type(name: string): string {
    return this.#types.get(name) ?? pythonTypeName(name);
  }

  definition(service: string): string {
    return `${snakeCase(this.type(service))}_definition`;
  }

  /** The names of one of its modules, which notes what it imports. */
  file(part: PythonPart): PythonFileNames {
    return new PythonFileNames(part, this);
  }

  /** The Python name of an enumeration's member. */
  enumMember(name: string, member: string): string {
    const found = this.#enums.get(name)?.members.find((each) => each.name === member);
    return found?.pythonName ?? member;
  }

  /** The values that an enumeration's members have. */
  enumValues(name: string): readonly LiteralValue[] {
    return this.#enums.get(name)?.members.map(({ value }) => value) ?? [];
  }

  /** The Python name of the member that has a value. */
  enumMemberOf(name: string, value: unknown): string {
    const found = this.#enums.get(name)?.members.find((each) => each.value === value);
    return found?.pythonName ?? String(value);
  }

  /** The variable for a type parameter of a method. */
  variable(name: string): string {
    const known = this.#variables.get(name);
    const local = known ?? this.#scope.claim(name);
    this.#variables.set(name, local);
    return local;
  }

  /** The class of an object to come. */
  promised(object: string): string {
    return this.#promised.get(object) ?? object;
  }

  /** The codec of a type of a file without services. */
  codec(name: string): string {
    return this.#codecs.get(name) ?? name;
  }

  /** The constant that describes a declared error. */
  error(name: string): string {
    return this.#errors.get(name) ?? name;
  }

  homeOf(name: string): PythonPart | undefined {
    return this.#homes.get(name);
  }

  /** What people import, by the module that defines it. */
  exported(part: PythonPart): string[] {
    const names = [...this.#homes].filter(([, home]) => home === part).map(([name]) => name);
    return names.sort(byImportOrder);
  }
}

/** A statement `from module import names`. */
export interface PythonImport {
  readonly module: string;
  readonly names: readonly string[];
}

export class PythonFileNames {
  readonly part: PythonPart;
  readonly #package: PythonPackageNames;
  /** Module → imported name → local name. */
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #variables = new Set<string>();
  #usesBuiltins = false;

  constructor(part: PythonPart, names: PythonPackageNames) {
    this.part = part;
    this.#package = names;
  }

  get typeTable(): string {
    return this.#package.typeTable;
  }

  get clientList(): string {
    return this.#package.clientList;
  }

  /** A type of the author's, or the client that it arrives as, by its TypeScript name. */
  type(name: string): string {
    return this.#own(this.#package.type(name));
  }

  definition(service: string): string {
    return this.#own(this.#package.definition(service));
  }

  client(service: string): string {
    return this.#own(this.clientName(service));
  }

  /** The same, not imported. */
  clientName(service: string): string {
    return `${this.#package.type(service)}Client`;
  }

  syncClient(service: string): string {
    return this.#own(`${this.#package.type(service)}SyncClient`);
  }

  server(service: string): string {
    return this.#own(`${this.#package.type(service)}Server`);
  }

  /** The variable for a type parameter of a method, noted as used. */
  typeVariable(name: string): string {
    const local = this.#package.variable(name);
    this.#variables.add(local);
    this.typing('TypeVar');
    return local;
  }

  /** In the order in which they were met. */
  get typeVariables(): readonly string[] {
    return [...this.#variables];
  }

  /** The class of an object to come. */
  promised(object: string): string {
    return this.#own(this.#package.promised(object));
  }

  enumMemberOf(name: string, value: unknown): string {
    return this.#package.enumMemberOf(name, value);
  }

  enumValues(name: string): readonly LiteralValue[] {
    return this.#package.enumValues(name);
  }

  enumMember(name: string, member: string): string {
    return this.#package.enumMember(name, member);
  }

  /** The codec of a type of a file without services. */
  codec(name: string): string {
    return this.#package.codec(name);
  }

  /** The constant that describes a declared error. */
  error(name: string): string {
    return this.#package.error(name);
  }

  /** Imported, unless it is this module that defines it. */
  #own(name: string): string {
    const home = this.#package.homeOf(name);
    if (home !== undefined && home !== this.part) this.#note(`._${home}`, name, name);
    return name;
  }

  /** The local name of an import, noted as used. */
  use(module: string, name: string): string {
    const { authors, hiding } = this.#package;
    return this.#note(module, name, authors.has(name) || hiding.has(name) ? `_${name}` : name);
  }

  #note(module: string, name: string, local: string): string {
    const imported = this.#imports.get(module) ?? new Map<string, string>();
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
    if (!this.#package.authors.has(name) && !hidden?.has(name)) return name;
    this.#usesBuiltins = true;
    return `builtins.${name}`;
  }

  /** Modules and names sorted. */
  imports(): PythonImport[] {
    return [...this.#imports].sort(byText).map(([module, names]) => ({
      module,
      names: [...names]
        .sort(([a], [b]) => byImportOrder(a, b))
        .map(([name, local]) => (name === local ? name : `${name} as ${local}`)),
    }));
  }

  get usesBuiltins(): boolean {
    return this.#usesBuiltins;
  }

  /** A scope for the locals of one function: they hide neither built-ins nor anything of the module. */
  locals(...reserved: readonly string[]): Scope {
    return new Scope([
      ...BUILTINS.split(' '),
      ...this.#package.authors,
      'builtins',
      'cast',
      'self',
      ...reserved,
    ]);
  }
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As isort does it: constants, then classes, then the rest. */
export function byImportOrder(a: string, b: string): number {
  const rank = (name: string) => (/^[A-Z][A-Z\d_]+$/.test(name) ? 0 : /^[A-Z]/.test(name) ? 1 : 2);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
