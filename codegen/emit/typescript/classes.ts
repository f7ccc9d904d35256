/** The classes people use: the client, its blocking twin, and the server. */
import type {
  Method,
  ParameterType,
  ResultType,
  Service,
  Slot,
  StreamType,
  Type,
} from '../../model.js';
import { received, widened } from '../direction.js';
import { COLUMNS, indent, separate, withArticle, wrapList } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { jsdoc } from './jsdoc.js';
import { Looks } from './looks.js';
import { definitionName, type TypeScriptNames } from './names.js';
import { generatorParts, keyText, memberText, parameterText, quote, typeText } from './types.js';

const BODY = COLUMNS - 2;

const DISPOSE = [
  '/** Gives the object back to its owner: what holds it here cannot use it any more. */',
  '[Symbol.dispose](): void {',
  '  this.#caller.release?.();',
  '}',
];

export class ClassEmitter {
  readonly #names: TypeScriptNames;
  readonly #looks: Looks;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#looks = new Looks(names, codec);
  }

  client({ name, methods, data, byReference }: Service): string[] {
    const caller = this.#names.runtime('Caller');
    const fields = [
      `static readonly definition = ${definitionName(name)};`,
      '/** The same methods, blocking this thread until the result is there. */',
      `readonly sync: ${name}SyncClient;`,
      `readonly #caller: ${caller};`,
    ];
    const create = [
      `constructor(caller: ${caller}) {`,
      '  this.#caller = caller;',
      `  this.sync = new ${name}SyncClient(caller);`,
      '}',
    ];
    const withOptions = this.#withOptions(`${name}Client`);
    const blocks = this.#methods(methods, 'async');
    return [
      `/** Calls ${withArticle(name)} that the peer serves. */`,
      `export class ${name}Client {`,
      ...indent(
        separate([
          [...fields, ...data.flatMap((member) => this.#member(member))],
          data.length === 0 ? [] : this.#telling(),
          create,
          withOptions,
          ...blocks,
          byReference ? DISPOSE : [],
        ]),
        2,
      ),
      '}',
    ];
  }

  #telling(): string[] {
    const tells = this.#names.runtime('tellsData');
    return ['static {', `  ${tells}(this, (client) => client.#caller);`, '}'];
  }

  /** What it said of itself. */
  #member({ name, type, optional, documentation }: Slot<Type>): string[] {
    const text = typeText(received(type), this.#names);
    return [
      ...jsdoc(documentation),
      `declare readonly ${keyText(name)}${optional ? '?' : ''}: ${text};`,
    ];
  }

  syncClient({ name, methods }: Service): string[] {
    const caller = this.#names.runtime('Caller');
    const create = [`constructor(caller: ${caller}) {`, '  this.#caller = caller;', '}'];
    const withOptions = this.#withOptions(`${name}SyncClient`);
    const blocks = this.#methods(methods, 'sync');
    return [
      `/** Calls ${withArticle(name)} that the peer serves, blocking. */`,
      `export class ${name}SyncClient {`,
      ...indent(separate([[`readonly #caller: ${caller};`], create, withOptions, ...blocks]), 2),
      '}',
    ];
  }

  #withOptions(client: string): string[] {
    return [
      '/** The same client, whose calls have these options, too. */',
      `withOptions(options: ${this.#names.runtime('CallOptions')}): ${client} {`,
      `  return new ${client}(this.#caller.withOptions(options));`,
      '}',
    ];
  }

  server({ name, methods }: Service): string[] {
    const implementation = this.#implementation(name, methods);
    return [
      `/** Serves ${withArticle(name)} to the peer. */`,
      `export class ${name}Server {`,
      `  readonly definition = ${definitionName(name)};`,
      `  readonly implementation: ${implementation};`,
      '',
      `  constructor(implementation: ${implementation}) {`,
      '    this.implementation = implementation;',
      '  }',
      '}',
    ];
  }

  /** Of overloads nothing can be computed: they are implemented as they were declared. */
  #implementation(name: string, methods: readonly Method[]): string {
    const type = this.#names.type(name);
    const implementation = this.#names.runtime('Implementation');
    const overloaded = methods.filter((method) => method.name !== method.property);
    const keys = [...new Set(overloaded.map(({ property }) => quote(property)))].join(' | ');
    if (keys === '') return `${implementation}<${type}>`;
    return `${implementation}<${type}, ${keys}>`;
  }

  /** The methods of one face, those of one name together. */
  #methods(methods: readonly Method[], face: Face): string[][] {
    const groups = new Map<string, { method: Method; index: number }[]>();
    for (const [index, method] of methods.entries()) {
      const forms = groups.get(method.property) ?? [];
      groups.set(method.property, [...forms, { method, index }]);
    }
    return [...groups.values()].map((forms) => {
      const [only] = forms;
      return forms.length === 1 && only !== undefined
        ? this.#method(only.method, only.index, face)
        : this.#overloaded(forms, face);
    });
  }

  #method(method: Method, index: number, face: Face): string[] {
    const locals = this.#locals(method);
    const result = this.#resultText(method.result, face);
    const given = method.parameters.map(({ rest }, at) => `${rest ? '...' : ''}${locals[at]}`);
    const { open, close } = this.#call(method, face, {
      index,
      caller: this.#caller(method, locals),
    });
    const isVoid = face === 'sync' && method.result.kind === 'void';
    const keyword = isVoid ? '' : 'return ';
    const body =
      face === 'async' && !isSpecial(method.result)
        ? promised(`${keyword}${open}[${given.join(', ')}]${close}`, result)
        : wrapList(`${keyword}${open}[`, given, {
            close: `]${close}${isVoid || (face === 'async' && method.result.kind === 'object') ? '' : ` as ${result}`};`,
            columns: BODY - 2,
            step: 2,
          });
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, close: `): ${result} {` }),
      ...indent(body, 2),
      '}',
    ];
  }

  /** Each form, and a body that takes the first that the arguments look like. */
  #overloaded(
    forms: readonly { readonly method: Method; readonly index: number }[],
    face: Face,
  ): string[] {
    const signatures = forms.flatMap(({ method }) => {
      const close = `): ${this.#resultText(method.result, face)};`;
      const locals = this.#locals(method);
      return [...jsdoc(method.documentation), ...this.#signature(method, { locals, close })];
    });
    const name = forms[0]?.method.property ?? '';
    const branches = forms.flatMap(({ method, index }) => {
      const caller = this.#caller(method, undefined);
      const { open, close } = this.#call(method, face, { index, caller });
      const tests = this.#takes(method);
      const place = method.signal?.member === undefined ? method.signal?.argument : undefined;
      const args =
        place === undefined ? 'args' : `[...args.slice(0, ${place}), ...args.slice(${place + 1})]`;
      const flat = `if (${tests.join(' && ')}) return ${open}${args}${close};`;
      if (flat.length <= BODY - 2) return [flat];
      return [...wrapTests(tests, BODY - 2), `  return ${open}${args}${close};`, '}'];
    });
    const problem = `${this.#names.runtime('noForm')}(${quote(name)}, args)`;
    return [
      ...signatures,
      `${keyText(name)}(...args: unknown[]): unknown {`,
      ...indent(branches, 2),
      face === 'sync' ? `  throw ${problem};` : `  return Promise.reject(${problem});`,
      '}',
    ];
  }

  /** Whether `args` look like these parameters. */
  #takes({ parameters, signal }: Method): string[] {
    const taken = signal !== undefined && signal.member === undefined ? signal : undefined;
    const places = parameters.map((_, index) =>
      taken !== undefined && index >= taken.argument ? index + 1 : index,
    );
    const isLeast = ({ optional, rest }: Slot) => !optional && !rest;
    const least = parameters.filter(isLeast).length + (taken?.optional === false ? 1 : 0);
    const most = parameters.length + (taken === undefined ? 0 : 1);
    const tests: string[] = [];
    if (parameters.at(-1)?.rest) {
      if (least > 0) tests.push(`args.length >= ${least}`);
    } else if (least === most) tests.push(`args.length === ${least}`);
    else tests.push(...(least > 0 ? [`args.length >= ${least}`] : []), `args.length <= ${most}`);
    for (const [index, slot] of parameters.entries())
      tests.push(...this.#look(slot, places[index] ?? index));
    return tests.length === 0 ? ['true'] : tests;
  }

  #look({ type, optional, rest }: Slot, place: number): readonly string[] {
    if (holdsStream(type)) return [];
    if (rest && type.kind === 'array') {
      const tests = this.#looks.tests(type.item, 'item');
      const items = place === 0 ? 'args' : `args.slice(${place})`;
      return tests.length === 0 ? [] : [`${items}.every((item) => ${tests.join(' && ')})`];
    }
    const held = optional ? ({ kind: 'undefinable', inner: type } as Type) : (type as Type);
    return this.#looks.tests(held, `args[${place}]`);
  }

  #resultText(result: ResultType, face: Face): string {
    if (result.kind === 'object' && face === 'async') return this.#pipelined(result.name);
    if (result.kind === 'stream')
      return face === 'async'
        ? typeText(widened(received(result)), this.#names)
        : this.#blockingStream(widened(received(result)));
    const text = typeText(widened(received(result)), this.#names);
    return face === 'async' ? `Promise<${text}>` : text;
  }

  #pipelined(object: string): string {
    const keys = this.#names.dataNames(object).map(quote).join(' | ');
    const type = `${object}Client`;
    return `${this.#names.runtime('Pipelined')}<${keys === '' ? type : `${type}, ${keys}`}>`;
  }

  #blockingStream({ item, generator }: StreamType): string {
    if (generator === undefined) return `IterableIterator<${typeText(item, this.#names)}>`;
    return `Generator<${generatorParts(generator, { names: this.#names, received: true })}>`;
  }

  /** What calls: stopped by the signal that the method is given, which is a local, or one of `args`. */
  #caller({ signal, parameters }: Method, locals: readonly string[] | undefined): string {
    if (signal === undefined) return 'this.#caller';
    const { argument, member } = signal;
    const record = parameters[argument];
    const type =
      member === undefined || record === undefined
        ? 'AbortSignal | undefined'
        : `${typeText(record.type, this.#names)} | undefined`;
    const local = member === undefined ? locals?.at(-1) : locals?.[argument];
    const held = local ?? `(args[${argument}] as ${type})`;
    const mark = record?.optional || locals === undefined ? '?' : '';
    const value = member === undefined ? held : memberText(`${held}${mark}`, member);
    return `${this.#names.runtime('abortable')}(this.#caller, ${value})`;
  }

  /** The call, before and after its arguments. */
  #call(
    method: Method,
    face: Face,
    { index, caller }: { readonly index: number; readonly caller: string },
  ): { open: string; close: string } {
    const { result } = method;
    const open = (callee: string) => `${caller}.${callee}(${index}, `;
    if (result.kind === 'stream' && result.generator !== undefined) {
      const facade = this.#names.runtime(face === 'sync' ? 'SyncGenerator' : 'RemoteGenerator');
      const { open: inner, close } = this.#call(
        { ...method, result: { ...result, generator: undefined } },
        face,
        { index, caller },
      );
      const how = result.generator.returns === undefined ? ', { returns: false }' : '';
      return { open: `new ${facade}(${inner}`, close: `${close}${how})` };
    }
    if (result.kind === 'stream') {
      if (face === 'sync') return { open: open('streamSync'), close: ')' };
      return { open: open('stream'), close: result.web ? ').toWeb()' : ')' };
    }
    if (face === 'sync') return { open: open('callSync'), close: ')' };
    if (result.kind === 'object')
      return { open: open('callForObject'), close: `, ${result.name}Client)` };
    return { open: open('call'), close: ')' };
  }

  #signature(
    { property, parameters, variables, signal }: Method,
    { locals, close }: { locals: readonly string[]; close: string },
  ): string[] {
    const texts = parameters.map((parameter, index) =>
      parameterText(
        { ...parameter, type: widened(parameter.type) },
        locals[index] ?? parameter.name,
        this.#names,
      ),
    );
    if (signal !== undefined && signal.member === undefined) {
      const text = `${locals.at(-1)}${signal.optional ? '?' : ''}: AbortSignal`;
      texts.splice(signal.argument, 0, text);
    }
    const generic = variables.length === 0 ? '' : `<${variables.join(', ')}>`;
    return wrapList(`${keyText(property)}${generic}(`, texts, { close, columns: BODY, step: 2 });
  }

  /** Of the parameters, and last of a signal. */
  #locals({ parameters, signal }: Method): string[] {
    const scope = this.#names.locals();
    const locals = parameters.map(({ name }) => scope.claim(name));
    return signal === undefined || signal.member !== undefined
      ? locals
      : [...locals, scope.claim(signal.name)];
  }
}

/** How a client's methods answer. */
type Face = 'async' | 'sync';

/** A stream, or nothing. */
function holdsStream(type: ParameterType): boolean {
  return type.kind === 'nullable' || type.kind === 'undefinable'
    ? holdsStream(type.inner)
    : type.kind === 'stream';
}

/** What is there at once, whatever comes of it later. */
function isSpecial({ kind }: ResultType): boolean {
  return kind === 'stream' || kind === 'object';
}

/** `return … as Promise<T>;`, with a long `T` on lines of its own. */
function promised(call: string, result: string): string[] {
  const flat = `${call} as ${result};`;
  if (flat.length <= BODY - 2) return [flat];
  const type = result.slice('Promise<'.length, -1);
  return [`${call} as Promise<`, `  ${type}`, '>;'];
}

function wrapTests(tests: readonly string[], columns: number): string[] {
  const flat = `if (${tests.join(' && ')}) {`;
  if (flat.length <= columns) return [flat];
  const lines = tests.map((test, index) => (index < tests.length - 1 ? `${test} &&` : test));
  return ['if (', ...indent(lines, 2), ') {'];
}
