/** The classes people use: the client, its blocking twin, and the server. */
import type { Method, ObjectType, Service, StreamType } from '../../model.js';
import { received } from '../direction.js';
import { COLUMNS, indent, separate, withArticle, wrapList } from '../text.js';
import { jsdoc } from './jsdoc.js';
import { definitionName, type TypeScriptNames } from './names.js';
import { keyText, parameterText, typeText } from './types.js';

const BODY = COLUMNS - 2;

const DISPOSE = [
  '/** Gives the object back to its owner: what holds it here cannot use it any more. */',
  '[Symbol.dispose](): void {',
  '  this.#caller.release?.();',
  '}',
];

export class ClassEmitter {
  readonly #names: TypeScriptNames;

  constructor(names: TypeScriptNames) {
    this.#names = names;
  }

  client({ name, methods, byReference }: Service): string[] {
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
    const blocks = methods.map((method, index) => this.#asyncMethod(method, index));
    return [
      `/** Calls ${withArticle(name)} that the peer serves. */`,
      `export class ${name}Client {`,
      ...indent(separate([fields, create, withOptions, ...blocks, byReference ? DISPOSE : []]), 2),
      '}',
    ];
  }

  syncClient({ name, methods }: Service): string[] {
    const caller = this.#names.runtime('Caller');
    const create = [`constructor(caller: ${caller}) {`, '  this.#caller = caller;', '}'];
    const withOptions = this.#withOptions(`${name}SyncClient`);
    const blocks = methods.map((method, index) => this.#syncMethod(method, index));
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

  server({ name }: Service): string[] {
    const implementation = `${this.#names.runtime('Implementation')}<${this.#names.type(name)}>`;
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

  #asyncMethod(method: Method, index: number): string[] {
    if (method.result.kind === 'object') return this.#objectMethod(method, index, method.result);
    const locals = this.#locals(method);
    if (method.result.kind === 'stream') {
      return this.#streamMethod(method, method.result, { index, locals });
    }
    const result = `Promise<${typeText(received(method.result), this.#names)}>`;
    const call = `this.#caller.call(${index}, [`;
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, result }),
      ...indent(promised(`return ${call}${locals.join(', ')}])`, method, this.#names), 2),
      '}',
    ];
  }

  /** What it returns is a promise, and can be called at once. */
  #objectMethod(method: Method, index: number, { name }: ObjectType): string[] {
    const result = `${this.#names.runtime('Pipelined')}<${name}Client>`;
    const locals = this.#locals(method);
    const open = `return this.#caller.callForObject(${index}, [`;
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, result }),
      ...indent(
        wrapList(open, locals, { close: `], ${name}Client);`, columns: BODY - 2, step: 2 }),
        2,
      ),
      '}',
    ];
  }

  #syncMethod(method: Method, index: number): string[] {
    const { result: type } = method;
    const result =
      type.kind === 'stream'
        ? `IterableIterator<${typeText(received(type.item), this.#names)}>`
        : typeText(received(type), this.#names);
    const callee = type.kind === 'stream' ? 'streamSync' : 'callSync';
    const locals = this.#locals(method);
    const isVoid = method.result.kind === 'void';
    const open = `${isVoid ? '' : 'return '}this.#caller.${callee}(${index}, [`;
    const close = isVoid ? ']);' : `]) as ${result};`;
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, result }),
      ...indent(wrapList(open, locals, { close, columns: BODY - 2, step: 2 }), 2),
      '}',
    ];
  }

  #streamMethod(
    method: Method,
    type: StreamType,
    { index, locals }: { index: number; locals: readonly string[] },
  ): string[] {
    const result = typeText(received(type), this.#names);
    const close = `])${type.web ? '.toWeb()' : ''} as ${result};`;
    const open = `return this.#caller.stream(${index}, [`;
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, result }),
      ...indent(wrapList(open, locals, { close, columns: BODY - 2, step: 2 }), 2),
      '}',
    ];
  }

  #signature(
    { name, parameters }: Method,
    { locals, result }: { locals: readonly string[]; result: string },
  ): string[] {
    const texts = parameters.map((parameter, index) =>
      parameterText(parameter, locals[index] ?? parameter.name, this.#names),
    );
    const close = `): ${result} {`;
    return wrapList(`${keyText(name)}(`, texts, { close, columns: BODY, step: 2 });
  }

  #locals({ parameters }: Method): string[] {
    const scope = this.#names.locals();
    return parameters.map(({ name }) => scope.claim(name));
  }
}

/** `return … as Promise<T>;`, with a long `T` on a line of its own. */
function promised(call: string, { result }: Method, names: TypeScriptNames): string[] {
  const type = typeText(received(result), names);
  const flat = `${call} as Promise<${type}>;`;
  return flat.length <= BODY - 2 ? [flat] : [`${call} as Promise<`, `  ${type}`, '>;'];
}
