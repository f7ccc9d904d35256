/** `calculatorDefinition`: names, schema, and the codec of each method. */
import type { Method, Module, Service } from '../../model.js';
import { schemaOf } from '../../schema.js';
import { COLUMNS, indent } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import { definitionName, type TypeScriptNames } from './names.js';
import { located, quote, templateText } from './types.js';

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
      '  methods: [',
      ...indent(
        service.methods.flatMap((method) => this.#method(method)),
        4,
      ),
      '  ],',
      '};',
    ];
  }

  #method(method: Method): string[] {
    const operand = { text: 'value', typed: false };
    const write = this.#codec.write(method.result, operand, BODY + 2);
    const read = this.#codec.read(method.result);
    const value = method.result.kind === 'void' ? 'writer' : 'writer, value';
    return [
      '{',
      `  name: ${quote(method.name)},`,
      ...indent([...this.#writeArguments(method), ...this.#readArguments(method)], 2),
      `  writeResult(${value}) {`,
      ...indent(write, 4),
      '  },',
      '  readResult(reader) {',
      ...indent(layOut(read, { open: 'return ', close: ';', columns: BODY + 2 }), 4),
      '  },',
      '},',
    ];
  }

  #writeArguments({ parameters }: Method): string[] {
    const head = `writer.writeArrayHead(${parameters.length});`;
    if (parameters.length === 0) return ['writeArguments(writer) {', `  ${head}`, '},'];
    const body = [head];
    for (const [index, { name, type, optional }] of parameters.entries()) {
      const operand = { text: `args[${index}]`, typed: false };
      body.push(
        `at = ${quote(name)};`,
        ...(optional
          ? this.#codec.writeOptional(type, operand, BODY)
          : this.#codec.write(type, operand, BODY)),
      );
    }
    return [
      'writeArguments(writer, args) {',
      ...indent(located(body, this.#names.runtime('within')), 2),
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
    for (const [index, { name, type, optional }] of parameters.entries()) {
      const value = optional ? this.#codec.readOptional(type) : this.#codec.read(type);
      body.push(
        `at = ${quote(name)};`,
        ...layOut(value, {
          open: `const ${locals[index] ?? name} = `,
          close: ';',
          columns: BODY,
        }),
      );
    }
    body.push(`return [${locals.join(', ')}];`);
    return [
      'readArguments(reader) {',
      ...indent(located(body, this.#names.runtime('within')), 2),
      '},',
    ];
  }
}
