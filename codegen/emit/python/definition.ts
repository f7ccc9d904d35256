/** `calculator_definition`: the schema, and of each method the programs. */
import type { Method, Module, Service } from '../../model.js';
import { schemaOf } from '../../schema.js';
import { COLUMNS, indent } from '../text.js';
import { type PythonCodec, parameterName } from './codec.js';
import { enclosed } from './layout.js';
import type { PythonFileNames } from './names.js';
import { defaultText, quote } from './types.js';

export class DefinitionEmitter {
  readonly #names: PythonFileNames;
  readonly #codec: PythonCodec;

  constructor(names: PythonFileNames, codec: PythonCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  emit(service: Service, module: Module): string[] {
    const { text, hash } = schemaOf(service, module);
    const definition = this.#names.runtime('InterfaceDefinition');
    return [
      `${this.#names.definition(service.name)}: ${this.#names.typing('Final')} = ${definition}(`,
      `    name=${quote(service.name)},`,
      `    hash=${quote(hash)},`,
      '    schema="""\\',
      ...text.trimEnd().split('\n').map(escapeSchema),
      '""",',
      '    methods=(',
      ...indent(
        service.methods.flatMap((method) => this.#method(method)),
        8,
      ),
      '    ),',
      ')',
    ];
  }

  #method(method: Method): string[] {
    const table = this.#names.typeTable;
    const parameters = method.parameters.map(
      (parameter) =>
        `(${quote(parameterName(parameter))}, ${quote(this.#codec.argumentCode(parameter))})`,
    );
    const programs = enclosed(`arguments=${table}.arguments(`, parameters, {
      close: '),',
      columns: COLUMNS - 12,
    });
    return [
      `${this.#names.runtime('Method')}(`,
      `    name=${quote(method.name)},`,
      `    attribute=${quote(method.pythonName)},`,
      ...(method.property === method.name ? [] : [`    property=${quote(method.property)},`]),
      ...indent(programs, 4),
      ...this.#defaults(method),
      `    result=${table}.result(${quote(this.#codec.code(method.result))}),`,
      ...indent(this.#throws(method), 4),
      ...(method.result.kind === 'object'
        ? [`    result_interface=lambda: ${this.#names.definition(method.result.name)},`]
        : []),
      '),',
    ];
  }

  /** Of parameters that have one, by their places. */
  #defaults({ parameters }: Method): string[] {
    const items = parameters.flatMap(({ type, default: absent }, index) =>
      absent === undefined ? [] : [`${index}: ${defaultText(type, absent, this.#names)}`],
    );
    return items.length === 0 ? [] : [`    defaults={${items.join(', ')}},`];
  }

  #throws({ throws }: Method): string[] {
    if (throws.length === 0) return [];
    const errors = throws.map((name) => this.#names.error(name));
    const tuple = errors.length === 1 ? `(${errors[0]},)` : `(${errors.join(', ')})`;
    return [`throws=${tuple},`];
  }
}

function escapeSchema(line: string): string {
  return line.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
