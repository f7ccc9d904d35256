/** The classes people use: the client, its blocking twin, and the server. */
import type { Method, Service } from '../../model.js';
import { COLUMNS, indent, separate, withArticle, wrapList } from '../text.js';
import { jsdoc } from './jsdoc.js';
import { definitionName, type TypeScriptNames } from './names.js';
import { keyText, parameterText, typeText } from './types.js';

const BODY = COLUMNS - 2;

export class ClassEmitter {
  readonly #names: TypeScriptNames;

  constructor(names: TypeScriptNames) {
    this.#names = names;
  }

  client({ name, methods }: Service): string[] {
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
      ...indent(separate([fields, create, withOptions, ...blocks]), 2),
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
    const implementation = `${this.#names.runtime('Implementation')}<${name}>`;
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
    const result = `Promise<${typeText(method.result, this.#names)}>`;
    const locals = this.#locals(method);
    const call = `this.#caller.call(${index}, [`;
    return [
      ...jsdoc(method.documentation),
      ...this.#signature(method, { locals, result }),
      ...indent(promised(`return ${call}${locals.join(', ')}])`, method, this.#names), 2),
      '}',
    ];
  }

  #syncMethod(method: Method, index: number): string[] {
    const result = typeText(method.result, this.#names);
    const locals = this.#locals(method);
    const isVoid = method.result.kind === 'void';
    const open = `${isVoid ? '' : 'return '}this.#caller.callSync(${index}, [`;
    const close = isVoid ? ']);' : `]) as ${result};`;
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
  const type = typeText(result, names);
  const flat = `${call} as Promise<${type}>;`;
  return flat.length <= BODY - 2 ? [flat] : [`${call} as Promise<`, `  ${type}`, '>;'];
}
