/** `calculatorDefinition`: names, schema, and the codec of each method. */
import type { FunctionType, Method, Module, ResultType, Service } from '../../model.js';
import { functionText, schemaOf } from '../../schema.js';
import { withoutVariables } from '../../type-variables.js';
import { COLUMNS, indent, wrapList } from '../text.js';
import { holdsManyStrings } from './character-block.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import { definitionName, type TypeScriptNames } from './names.js';
import { located, quote, templateText } from './types.js';

const NOTHING_SAID = {
  documentation: { summary: '', parameters: [], returns: '', throws: [], deprecated: undefined },
} as const;

const CALL = {
  name: 'call',
  property: 'call',
  pythonName: 'call',
  variables: [],
  signal: undefined,
} as const;

/** Inside the definition, its methods, the method, its function and the `try`. */
const BODY = COLUMNS - 10;

export class DefinitionEmitter {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  emit(service: Service, module: Module): string[] {
    const { text, hash } = schemaOf(service, module);
    const type = this.#names.runtime('InterfaceDefinition');
    return [
      `/** What \`${service.name}\` looks like on the wire. */`,
      `export const ${definitionName(service.name)}: ${type} = {`,
      `  name: ${quote(service.name)},`,
      `  hash: ${quote(hash)},`,
      `  schema: ${templateText(text)},`,
      `  sources: ${this.#names.sources},`,
      ...this.#data(service),
      '  methods: [',
      ...indent(
        service.methods.flatMap((method) => this.#method(method, module)),
        4,
      ),
      '  ],',
      '};',
    ];
  }

  /** What its objects say of themselves. */
  #data({ name, data }: Service): string[] {
    if (data.length === 0) return [];
    const { write, read } = this.#names.codec(this.#names.data(name));
    const names = wrapList(
      'names: [',
      data.map(({ name }) => quote(name)),
      {
        close: '],',
        columns: COLUMNS - 4,
        step: 2,
      },
    );
    return ['  data: {', ...indent(names, 4), `    write: ${write},`, `    read: ${read},`, '  },'];
  }

  /** Of every function that was met so far, and of those that these are given. */
  functions(module: Module): string[][] {
    const blocks: string[][] = [];
    let next = this.#names.functions()[0];
    // The list grows while it is gone through.
    while (next !== undefined) {
      blocks.push(this.#function(next.name, next.type, module));
      next = this.#names.functions()[blocks.length];
    }
    return blocks;
  }

  #function(name: string, type: FunctionType, module: Module): string[] {
    const { documentation } = NOTHING_SAID;
    const method = { ...type, ...CALL, throws: [], documentation };
    const text = quote(functionText(type));
    const open = `const ${name}: ${this.#names.runtime('InterfaceDefinition')} = {`;
    return [
      open,
      `  name: ${text},`,
      `  hash: '',`,
      `  schema: ${text},`,
      '  isFunction: true,',
      ...this.#scope(type, module),
      ...(type.result.kind === 'void' ? ['  returnsNothing: true,'] : []),
      '  methods: [',
      ...indent(this.#method(method, module), 4),
      '  ],',
      '};',
    ];
  }

  /** An interface that reaches it, which knows the types that it names. */
  #scope(type: FunctionType, module: Module): string[] {
    const text = functionText(type);
    const scope = module.services.find((each) => schemaOf(each, module).text.includes(text));
    if (scope === undefined) return [];
    return ['  get scope() {', `    return ${definitionName(scope.name)};`, '  },'];
  }

  #method(declared: Method, module: Module): string[] {
    const method = withoutTypeVariables(declared);
    const write = this.#codec.write(method.result, { text: 'value', typed: false }, BODY + 2);
    const parameters = method.parameters.map(({ type }) => type);
    const inBlock = holdsManyStrings([method.result], module);
    const read = this.#codec.read(plain(method.result));
    const value = method.result.kind === 'void' ? 'writer' : 'writer, value';
    return [
      '{',
      `  name: ${quote(method.name)},`,
      ...(method.property === method.name ? [] : [`  property: ${quote(method.property)},`]),
      ...(isGenerator(method.result) ? ['  isGenerator: true,'] : []),
      ...signalLines(method),
      ...indent(this.#throws(method), 2),
      ...indent(this.#writeArguments(method, holdsManyStrings(parameters, module)), 2),
      ...indent(this.#readArguments(method), 2),
      `  writeResult(${value}) {`,
      ...indent(inBlock ? blocked(write) : write, 4),
      '  },',
      '  readResult(reader) {',
      ...indent(layOut(read, { open: 'return ', close: ';', columns: BODY + 2 }), 4),
      '  },',
      ...(method.result.kind === 'object'
        ? [
            '  get resultInterface() {',
            `    return ${this.#names.definition(method.result)};`,
            '  },',
          ]
        : []),
      '},',
    ];
  }

  #throws({ throws }: Method): string[] {
    if (throws.length === 0) return [];
    const definitions = throws.map((name) => this.#names.error(name).definition);
    return wrapList('throws: [', definitions, { close: '],', columns: COLUMNS - 6, step: 2 });
  }

  #writeArguments({ parameters }: Method, inBlock: boolean): string[] {
    const head = `writer.writeArrayHead(${parameters.length});`;
    if (parameters.length === 0) return ['writeArguments(writer) {', `  ${head}`, '},'];
    const body = [head];
    for (const [index, { name, type, optional, rest }] of parameters.entries()) {
      const operand = rest
        ? { text: index === 0 ? 'args' : `args.slice(${index})`, typed: false }
        : { text: `args[${index}]`, typed: false };
      body.push(
        `at = ${quote(name)};`,
        ...(optional
          ? this.#codec.writeOptional(type, operand, BODY)
          : this.#codec.write(type, operand, BODY)),
      );
    }
    const lines = inBlock ? blocked(body) : body;
    return [
      'writeArguments(writer, args) {',
      ...indent(located(lines, this.#names.runtime('within')), 2),
      '},',
    ];
  }

  #readArguments({ parameters }: Method): string[] {
    const head = `reader.readRecordHead('arguments', ${parameters.length});`;
    if (parameters.length === 0) {
      return ['readArguments(reader) {', `  ${head}`, '  return [];', '},'];
    }
    const scope = this.#names.locals('reader', 'at', 'error');
    const locals = parameters.map(({ name }) => scope.claim(name));
    const body = [head];
    for (const [index, { name, type, optional, default: absent }] of parameters.entries()) {
      const value = optional ? this.#codec.readOptional(type, absent) : this.#codec.read(type);
      body.push(
        `at = ${quote(name)};`,
        ...layOut(value, {
          open: `const ${locals[index] ?? name} = `,
          close: ';',
          columns: BODY,
        }),
      );
    }
    const read = parameters.map(({ rest }, index) => `${rest ? '...' : ''}${locals[index]}`);
    body.push(`return [${read.join(', ')}];`);
    return [
      'readArguments(reader) {',
      ...indent(located(body, this.#names.runtime('within')), 2),
      '},',
    ];
  }
}

function signalLines({ signal }: Method): string[] {
  if (signal === undefined) return [];
  const member = signal.member === undefined ? '' : `, member: ${quote(signal.member)}`;
  return [`  signal: { argument: ${signal.argument}${member} },`];
}

/** Codecs are not inside of the signature that has them. */
function withoutTypeVariables(method: Method): Method {
  const parameters = method.parameters.map((slot) => ({
    ...slot,
    type: withoutVariables(slot.type),
  }));
  return { ...method, parameters, result: withoutVariables(method.result) };
}

function blocked(lines: readonly string[]): string[] {
  return ['writer.beginBlock();', ...lines, 'writer.endBlock();'];
}

/** A stream that the client makes into what was declared. */
function plain(type: ResultType): ResultType {
  return type.kind === 'stream' ? { ...type, web: false, generator: undefined } : type;
}

/** Of which the steps are sent. */
function isGenerator(type: ResultType): boolean {
  return type.kind === 'stream' && type.generator?.returns !== undefined;
}
