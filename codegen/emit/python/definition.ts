/** `calculator_definition` and the functions it consists of. */
import type { Method, Module, Service } from '../../model.js';
import { snakeCase } from '../../names.js';
import { schemaOf } from '../../schema.js';
import { COLUMNS, indent } from '../text.js';
import type { Direction, PythonCodec } from './codec.js';
import { assigned, enclosed, enclosedParameters, located } from './layout.js';
import { definitionName, type PythonModuleNames } from './names.js';
import { quote } from './types.js';

/** Inside the function and its `try`. */
const BODY = COLUMNS - 8;

export class DefinitionEmitter {
  readonly #names: PythonModuleNames;
  readonly #codec: PythonCodec;

  constructor(names: PythonModuleNames, codec: PythonCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  /** Top-level blocks. */
  emit(service: Service, module: Module): string[][] {
    const functions: string[][] = [];
    const methods = service.methods.flatMap((method) => {
      const prefix = `_${snakeCase(service.name)}_${method.pythonName}`;
      return this.#method(method, prefix, functions);
    });
    const { text, hash } = schemaOf(service, module);
    const definition = this.#names.runtime('InterfaceDefinition');
    return [
      ...functions,
      [
        `${definitionName(service.name)}: ${this.#names.typing('Final')} = ${definition}(`,
        `    name=${quote(service.name)},`,
        `    hash=${quote(hash)},`,
        '    schema="""\\',
        ...text.trimEnd().split('\n').map(escapeSchema),
        '""",',
        '    methods=(',
        ...indent(methods, 8),
        '    ),',
        ')',
      ],
    ];
  }

  #method(method: Method, prefix: string, functions: string[][]): string[] {
    const encodeArguments = this.#names.claim(`${prefix}_encode_arguments`);
    const decodeArguments = this.#names.claim(`${prefix}_decode_arguments`);
    functions.push(
      this.#encodeArguments(encodeArguments, method),
      this.#decodeArguments(decodeArguments, method),
    );
    return [
      `${this.#names.runtime('Method')}(`,
      `    name=${quote(method.name)},`,
      `    attribute=${quote(method.pythonName)},`,
      `    encode_arguments=${encodeArguments},`,
      `    decode_arguments=${decodeArguments},`,
      `    encode_result=${this.#result(method, { prefix, direction: 'encode', functions })},`,
      `    decode_result=${this.#result(method, { prefix, direction: 'decode', functions })},`,
      '),',
    ];
  }

  #encodeArguments(name: string, { parameters }: Method): string[] {
    const sequence = this.#names.use('collections.abc', 'Sequence');
    return this.#arguments(name, {
      argument: `args: ${sequence}[${this.#object()}]`,
      parameters,
      direction: 'encode',
      operand: (index) => `args[${index}]`,
    });
  }

  #decodeArguments(name: string, { parameters }: Method): string[] {
    const check = `${this.#names.runtime('record_fields')}(wire, "arguments", ${parameters.length})`;
    return this.#arguments(name, {
      argument: `wire: ${this.#object()}`,
      parameters,
      direction: 'decode',
      operand: (index) => `fields[${index}]`,
      first: parameters.length === 0 ? check : `fields = ${check}`,
    });
  }

  #arguments(
    name: string,
    {
      argument,
      parameters,
      direction,
      operand,
      first,
    }: {
      argument: string;
      parameters: Method['parameters'];
      direction: Direction;
      operand: (index: number) => string;
      first?: string;
    },
  ): string[] {
    const scope = this.#names.locals('args', 'wire', 'fields', 'at', 'error');
    const locals = parameters.map(({ pythonName }) => scope.claim(pythonName));
    const body = first === undefined ? [] : [first];
    for (const [index, { name, type, optional }] of parameters.entries()) {
      const value = optional
        ? this.#codec.convertOptional(type, operand(index), direction)
        : this.#codec.convert(type, operand(index), direction);
      body.push(`at = ${quote(name)}`, ...assigned(`${locals[index]} =`, value, BODY));
    }
    body.push(...enclosed('return [', locals, { close: ']', columns: BODY }));
    const close = `) -> ${this.#list()}:`;
    const head = enclosedParameters(`def ${name}(`, [argument], { close, columns: COLUMNS });
    return [...head, ...indent(parameters.length === 0 ? body : this.#located(body), 4)];
  }

  /** The function that converts a result: one that exists, or a new one. */
  #result(
    method: Method,
    {
      prefix,
      direction,
      functions,
    }: {
      prefix: string;
      direction: Direction;
      functions: string[][];
    },
  ): string {
    const known = this.#codec.functionName(method.result, direction);
    if (known !== undefined) return known;
    const name = this.#names.claim(`${prefix}_${direction}_result`);
    functions.push([
      ...enclosedParameters(`def ${name}(`, [`value: ${this.#object()}`], {
        close: `) -> ${this.#object()}:`,
        columns: COLUMNS,
      }),
      ...indent(
        assigned('return', this.#codec.convert(method.result, 'value', direction), COLUMNS - 4),
        4,
      ),
    ]);
    return name;
  }

  #located(lines: readonly string[]): string[] {
    return located(lines, {
      within: this.#names.runtime('within'),
      exception: this.#names.builtin('Exception'),
    });
  }

  #object(): string {
    return this.#names.builtin('object');
  }

  #list(): string {
    return `${this.#names.builtin('list')}[${this.#object()}]`;
  }
}

function escapeSchema(line: string): string {
  return line.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
}
