/** The names of one generated TypeScript module: the author's, the runtime's, and those made here. */
import type { FunctionType, LiteralType, Module, ObjectType } from '../../model.js';
import { camelCase, Scope, upperSnakeCase } from '../../names.js';
import { functionText } from '../../schema.js';

const RESERVED_WORDS =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
  'finally for function if implements import in instanceof interface let new null package private protected public ' +
  'return static super switch this throw true try typeof undefined var void while with yield';

const GLOBALS =
  'Error Float64Array Int Iterable IterableIterator Promise ReadableStream Readonly ReadonlyArray ReadonlySet Set Uint8Array';

/** What the generated code takes from `ringsnake/generated`; the value says whether it is only a type. */
const RUNTIME = {
  Caller: true,
  CallOptions: true,
  ErrorDefinition: true,
  Implementation: true,
  InterfaceDefinition: true,
  Pipelined: true,
  RemoteStream: true,
  StreamSource: true,
  ValueReader: true,
  ValueWriter: true,
  mismatch: false,
  within: false,
} as const;

export type RuntimeName = keyof typeof RUNTIME;

export interface LiteralConstant {
  readonly members: string;
  readonly expected: string;
  readonly type: LiteralType;
}

/** What is made for a declared error. */
interface ErrorNames {
  /** The type of its fields. */
  readonly fields: string;
  /** The constant that describes it. */
  readonly definition: string;
}

export interface FunctionConstant {
  readonly name: string;
  readonly type: FunctionType;
}

export class TypeScriptNames {
  readonly #authors: ReadonlySet<string>;
  readonly #scope: Scope;
  readonly #runtime = new Map<RuntimeName, string>();
  readonly #errors = new Map<string, ErrorNames>();
  readonly #codecs = new Map<string, { write: string; read: string }>();
  readonly #functions = new Map<string, FunctionConstant>();
  readonly #constants = new Map<string, LiteralConstant>();
  #usesInt = false;

  constructor(module: Module) {
    const types = [...module.services, ...module.records, ...module.errors, ...module.aliases].map(
      ({ name }) => name,
    );
    this.#authors = new Set(types);
    const classes = module.services.flatMap(({ name }) => [
      `${name}Client`,
      `${name}SyncClient`,
      `${name}Server`,
      definitionName(name),
    ]);
    this.#scope = new Scope([
      ...types,
      ...classes,
      ...RESERVED_WORDS.split(' '),
      ...GLOBALS.split(' '),
      ...Object.keys(RUNTIME),
    ]);
    for (const { name } of module.errors) {
      const fields = this.#scope.claim(`${name}Fields`);
      const definition = this.#scope.claim(`${camelCase(name)}Definition`);
      this.#errors.set(name, { fields, definition });
    }
    const fields = [...this.#errors.values()].map((error) => ({ name: error.fields }));
    for (const { name } of [...module.records, ...fields]) {
      const codec = {
        write: this.#scope.claim(`write${name}`),
        read: this.#scope.claim(`read${name}`),
      };
      this.#codecs.set(name, codec);
    }
    for (const { type } of module.aliases) this.constant(type);
  }

  /** The local name of an import from the runtime; noted as used. */
  runtime(name: RuntimeName): string {
    const local = this.#authors.has(name) ? `Ringsnake${name}` : name;
    this.#runtime.set(name, local);
    return local;
  }

  /** The specifiers of that import, sorted, with `type` where it is one. */
  runtimeImports(): { text: string; type: boolean }[] {
    return [...this.#runtime]
      .sort(([, a], [, b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .map(([name, local]) => ({
        text: name === local ? name : `${name} as ${local}`,
        type: RUNTIME[name],
      }));
  }

  /** `Int`, noted as used. */
  int(): string {
    this.#usesInt = true;
    return this.#authors.has('Int') ? 'RingsnakeInt' : 'Int';
  }

  intImport(): string | undefined {
    if (!this.#usesInt) return undefined;
    return this.int() === 'Int' ? 'Int' : 'Int as RingsnakeInt';
  }

  codec(record: string): { readonly write: string; readonly read: string } {
    const codec = this.#codecs.get(record);
    if (codec === undefined) throw new Error(`no record ${record} in this module`);
    return codec;
  }

  error(name: string): ErrorNames {
    const names = this.#errors.get(name);
    if (names === undefined) throw new Error(`no error ${name} in this module`);
    return names;
  }

  /** The constant that says what an interface or a function looks like on the wire; one for equal functions. */
  definition(type: ObjectType | FunctionType): string {
    if (type.kind === 'object') return definitionName(type.name);
    const key = functionText(type);
    const known = this.#functions.get(key);
    if (known !== undefined) return known.name;
    const name = this.#scope.claim(`${camelCase(type.label)}Function`);
    this.#functions.set(key, { name, type });
    return name;
  }

  /** Those asked for so far. */
  functions(): readonly FunctionConstant[] {
    return [...this.#functions.values()];
  }

  /** The constants that hold a literal union's members; one pair for equal unions. */
  constant(type: LiteralType): LiteralConstant {
    const key = type.alias ?? JSON.stringify(type.members);
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const base = upperSnakeCase(type.label);
    const constant = {
      members: this.#scope.claim(base),
      expected: this.#scope.claim(`${base}_EXPECTED`),
      type,
    };
    this.#constants.set(key, constant);
    return constant;
  }

  constants(): readonly LiteralConstant[] {
    return [...this.#constants.values()];
  }

  /** A scope for the locals of one function. */
  locals(...reserved: readonly string[]): Scope {
    return this.#scope.inner(reserved);
  }
}

export function definitionName(service: string): string {
  return `${camelCase(service)}Definition`;
}
