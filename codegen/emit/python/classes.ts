/** The classes people use: the protocol to implement, the client, and the server. */
import type { Method, ParameterType, ResultType, Service, Slot, Type } from '../../model.js';
import { given, received } from '../direction.js';
import { COLUMNS, indent, separate, withArticle } from '../text.js';
import { docstring } from './docstring.js';
import { enclosed } from './layout.js';
import type { PythonFileNames } from './names.js';
import { admitsNull, defaultText, orUnset, quote, slotText, typeText } from './types.js';

/** Inside the class. */
const BODY = COLUMNS - 4;

/** How a client's methods begin, and what they call. */
interface Face {
  readonly keyword: string;
  readonly call: string;
}

export class ClassEmitter {
  readonly #names: PythonFileNames;

  constructor(names: PythonFileNames) {
    this.#names = names;
  }

  protocol({ name, methods, data, documentation }: Service): string[] {
    const hidden = memberNames({ methods, data });
    const members = data.map((slot) => this.#property(slot, { hidden, how: given }));
    const note = 'Implement each method as `def` or `async def`.';
    const blocks = methods.map((method) => [
      ...this.#overload(method, methods),
      ...this.#declared(mapParameters(method, received), {
        ...this.#answer(method, hidden),
        hidden,
      }),
    ]);
    return [
      `class ${this.#names.type(name)}(${this.#names.typing('Protocol')}):`,
      ...indent(separate([docstring(documentation, { note }), ...members, ...blocks]), 4),
    ];
  }

  client({ name, methods, data, byReference }: Service): string[] {
    const base = byReference ? 'ObjectClient' : 'Client';
    const sync = this.#names.syncClient(name);
    return [
      `class ${this.#names.client(name)}(${this.#names.runtime(base)}):`,
      `    """Calls ${withArticle(name)} that the peer serves."""`,
      '',
      `    ${this.#definition(name)}`,
      '',
      `    def __init__(self, caller: ${this.#names.runtime('Caller')}) -> None:`,
      '        super().__init__(caller)',
      `        self.sync = ${sync}(caller)`,
      '        """The same methods, blocking this thread until the result is there."""',
      '',
      ...indent(
        separate([
          ...data.map((slot) => this.#datum(slot, memberNames({ methods, data }))),
          ...this.#methods(
            { methods, data },
            { keyword: 'async def', call: 'await self._caller.call' },
            this.#names.definition(name),
          ),
        ]),
        4,
      ),
    ];
  }

  /** What calls return for an object: it can be called before it is there. */
  promised({ name, data }: Service): string[] {
    const client = this.#names.client(name);
    const base = `${this.#names.runtime('Promised')}[${client}]`;
    return [
      `class ${this.#names.promised(name)}(${client}, ${base}):`,
      `    """${withArticle(name, { upper: true })} to come: await it, or call it at once."""`,
      ...(data.length === 0 ? [] : this.#arrival()),
    ];
  }

  /** What it says of itself shall be there inside of `async with`. */
  #arrival(): string[] {
    const lines = [
      `async def __aenter__(self) -> ${this.#names.typing('Self')}:`,
      '    await self',
      '    return self',
    ];
    return ['', ...indent(lines, 4)];
  }

  syncClient({ name, methods }: Service): string[] {
    return [
      `class ${this.#names.syncClient(name)}(${this.#names.runtime('Client')}):`,
      `    """Calls ${withArticle(name)} that the peer serves, blocking."""`,
      '',
      ...indent(
        separate(
          this.#methods(
            { methods, data: [] },
            { keyword: 'def', call: 'self._caller.call_sync' },
            this.#names.definition(name),
          ),
        ),
        4,
      ),
    ];
  }

  /** What an object says of itself; a property without a setter, so that an attribute of any kind will do. */
  #property(
    { pythonName, type, optional, documentation, ...slot }: Slot<Type>,
    { hidden, how }: { hidden: ReadonlySet<string>; how: (type: Type) => Type },
  ): string[] {
    const text = this.#dataText({ type: how(type), optional, default: slot.default }, hidden);
    const doc = docstring(documentation);
    const open = `def ${pythonName}(self) -> ${text}:`;
    const decorator = `@${this.#names.builtin('property', hidden)}`;
    if (doc.length === 0) return [decorator, `${open} ...`];
    return [decorator, open, ...indent([...doc, '...'], 4)];
  }

  /** The same of the client. */
  #datum(slot: Slot<Type>, hidden: ReadonlySet<string>): string[] {
    const { pythonName, type, optional, default: absent, documentation } = slot;
    const held = { type: received(type), optional, default: absent };
    const text = this.#dataText(held, hidden);
    const named = this.#dataText(held);
    const args = [quote(pythonName)];
    if (absent !== undefined) args.push(defaultText(type, absent, this.#names));
    else if (optional && !admitsNull(type)) args.push('None');
    const value = `self._data(${args.join(', ')})`;
    return [
      `@${this.#names.builtin('property', hidden)}`,
      `def ${pythonName}(self) -> ${text}:`,
      ...indent([...docstring(documentation), ...this.#cast(value, named)], 4),
    ];
  }

  #dataText(
    { type, optional, default: absent }: Pick<Slot<Type>, 'type' | 'optional' | 'default'>,
    hidden?: ReadonlySet<string>,
  ): string {
    const text = typeText(type, this.#names, hidden);
    if (!optional || absent !== undefined) return text;
    return admitsNull(type) ? orUnset(text, this.#names) : `${text} | None`;
  }

  #cast(call: string, type: string): string[] {
    // It is one already.
    if (type === 'object' || type === 'builtins.object') return [`return ${call}`];
    // Quoted where it is an expression: that would be evaluated at every call. Not if the quoted text would need escapes,
    // which annotations must not have.
    const quoted = quote(type);
    const shown = /^\w+$/.test(type) || quoted.includes('\\') ? type : quoted;
    const open = `return ${this.#names.typing('cast')}(`;
    return enclosed(open, [shown, call], { close: ')', columns: BODY - 4 });
  }

  /** What implementing it means: it may be `def` or `async def`. */
  #answer({ result }: Method, hidden: ReadonlySet<string>): { keyword: string; result: string } {
    const text = typeText(given(result), this.#names, hidden);
    return { keyword: 'def', result: `${this.#names.runtime('MaybeAwaitable')}[${text}]` };
  }

  #methods({ methods, data }: Members, face: Face, definition: string): string[][] {
    const hidden = memberNames({ methods, data });
    return methods.map((method, index) => {
      const { property } = method;
      const last = methods.findLastIndex((each) => each.property === property);
      const forms = methods.flatMap((each, form) => (each.property === property ? [form] : []));
      const answer = this.#resultOf(method, face.keyword, hidden);
      if (forms.length > 1) {
        return [
          ...this.#overload(method, methods),
          ...this.#deprecation(method, hidden),
          ...this.#declared(mapParameters(method, given), { ...answer, hidden }),
          ...(index === last ? this.#choice(methods, forms, { face, definition }) : []),
        ];
      }
      return [
        ...this.#deprecation(method, hidden),
        ...this.#signature(mapParameters(method, given), { ...answer, hidden }),
        ...indent(
          [...docstring(method.documentation, method), ...this.#call(method, index, face.call)],
          4,
        ),
      ];
    });
  }

  #overload(method: Method, methods: readonly Method[]): string[] {
    const forms = methods.filter(({ property }) => property === method.property);
    return forms.length > 1 ? [`@${this.#names.typing('overload')}`] : [];
  }

  /** A method without a body. */
  #declared(
    method: Method,
    signature: { keyword: string; result: string; hidden: ReadonlySet<string> },
  ): string[] {
    const lines = this.#signature(method, signature);
    const doc = docstring(method.documentation, method);
    if (doc.length > 0) return [...lines, ...indent([...doc, '...'], 4)];
    return [...lines.slice(0, -1), `${lines.at(-1)} ...`];
  }

  /** The body of an overloaded method: the first form that the arguments look like is called. */
  #choice(
    methods: readonly Method[],
    forms: readonly number[],
    { face, definition }: { readonly face: Face; readonly definition: string },
  ): string[] {
    const [first = 0] = forms;
    const name = methods[first]?.pythonName ?? '';
    const find = `${this.#names.runtime('form_of')}(${definition}, args, ${forms.join(', ')})`;
    const calls = forms.map((form) => this.#formCall(methods[form] as Method, face));
    // Most are calls like any other; what is not stands first.
    const usual = mostFrequent(calls);
    const body = [
      `form = ${find}`,
      ...calls.flatMap((call, index) =>
        call === usual ? [] : [`if form == ${forms[index]}:`, `    return ${call}`],
      ),
      `return ${usual}`,
    ];
    return ['', `def ${name}(self, *args: object) -> object:`, ...indent(body, 4)];
  }

  #formCall({ result }: Method, { keyword, call }: Face): string {
    const isAsync = keyword === 'async def';
    if (result.kind === 'stream') {
      const stream = `self._caller.${isAsync ? 'stream' : 'stream_sync'}(form, args)`;
      return this.#generator(result, stream, isAsync);
    }
    if (result.kind === 'object' && isAsync)
      return `self._caller.call_for_object(form, args, ${this.#names.promised(result.name)})`;
    return `${call.replace(/^await /, '')}(form, args)`;
  }

  /** A generator stands on the stream of its items or steps. */
  #generator(result: ResultType, stream: string, isAsync: boolean): string {
    if (result.kind !== 'stream' || result.generator === undefined) return stream;
    const { takes, returns } = result.generator;
    const args = [
      stream,
      ...(takes === undefined ? [] : ['takes=True']),
      ...(returns === undefined ? ['returns=False'] : []),
    ];
    const facade = this.#names.runtime(isAsync ? 'RemoteGenerator' : 'SyncGenerator');
    return `${facade}(${args.join(', ')})`;
  }

  /** Editors strike such a method through, and calling it warns. */
  #deprecation({ name, documentation }: Method, hidden: ReadonlySet<string>): string[] {
    const { deprecated } = documentation;
    // A method of that name would be taken for the decorator.
    if (deprecated === undefined || hidden.has('deprecated')) return [];
    const message = deprecated.replaceAll(/\s+/g, ' ') || `${name} is deprecated`;
    return [`@${this.#names.runtime('deprecated')}(${quote(message)})`];
  }

  /** For an object to come nothing has to be awaited. */
  #resultOf({ result }: Method, keyword: string, hidden: ReadonlySet<string>) {
    if (result.kind === 'object' && keyword === 'async def')
      return { keyword: 'def', result: this.#names.promised(result.name) };
    return {
      keyword: result.kind === 'stream' ? 'def' : keyword,
      result: this.#resultText(result, { keyword, hidden }),
    };
  }

  /** A stream is there at once; a blocking client has a plain iterator of it. */
  #resultText(
    result: ResultType,
    { keyword, hidden }: { keyword: string; hidden?: ReadonlySet<string> },
  ): string {
    if (result.kind !== 'stream' || keyword === 'async def')
      return typeText(received(result), this.#names, hidden);
    const { item: step, generator } = received(result);
    if (generator !== undefined) {
      const parts = [generator.item, generator.takes, generator.returns].map((part) =>
        part === undefined ? 'None' : typeText(part, this.#names, hidden),
      );
      return `${this.#names.use('collections.abc', 'Generator')}[${parts.join(', ')}]`;
    }
    const item = typeText(step, this.#names, hidden);
    return `${this.#names.use('collections.abc', 'Iterator')}[${item}]`;
  }

  server({ name }: Service): string[] {
    return [
      `class ${this.#names.server(name)}:`,
      `    """Serves ${withArticle(name)} to the peer."""`,
      '',
      // No ClassVar: the protocol that servers satisfy asks for an attribute of the object.
      `    definition: ${this.#names.runtime('InterfaceDefinition')} = ${this.#names.definition(name)}`,
      '',
      `    def __init__(self, implementation: ${this.#names.type(name)}) -> None:`,
      '        self.implementation = implementation',
    ];
  }

  #definition(service: string): string {
    const type = `${this.#names.typing('ClassVar')}[${this.#names.runtime('InterfaceDefinition')}]`;
    return `definition: ${type} = ${this.#names.definition(service)}`;
  }

  #signature(
    method: Method,
    { keyword, result, hidden }: { keyword: string; result: string; hidden: ReadonlySet<string> },
  ): string[] {
    const locals = this.#locals(method);
    const parameters = method.parameters.map((parameter, index) =>
      parameter.rest && parameter.type.kind === 'array'
        ? `*${locals[index]}: ${typeText(parameter.type.item, this.#names, hidden)}`
        : `${locals[index]}: ${slotText(parameter, this.#names, hidden)}`,
    );
    const rest = parameters.filter((text) => text.startsWith('*'));
    const others = parameters.slice(0, parameters.length - rest.length);
    // Positional only: who renames a parameter in TypeScript breaks nobody in Python.
    const items = ['self', ...others, ...(others.length === 0 ? [] : ['/']), ...rest];
    const open = `${keyword} ${method.pythonName}(`;
    return enclosed(open, items, { close: `) -> ${result}:`, columns: BODY });
  }

  #call(method: Method, index: number, caller: string): string[] {
    const locals = this.#locals(method);
    const given = method.parameters.map(({ rest }, at) => `${rest ? '*' : ''}${locals[at]}`);
    const [only] = given;
    const single = method.parameters[0]?.rest ? (locals[0] ?? '') : `(${only},)`;
    const tuple = given.length === 1 ? single : `(${given.join(', ')})`;
    const { result } = method;
    if (result.kind === 'object' && caller.startsWith('await')) {
      const items = [String(index), tuple, this.#names.promised(result.name)];
      const open = 'return self._caller.call_for_object(';
      return enclosed(open, items, { close: ')', columns: BODY - 4 });
    }
    const streaming = caller.startsWith('await')
      ? 'self._caller.stream'
      : 'self._caller.stream_sync';
    const made = `${result.kind === 'stream' ? streaming : caller}(${index}, ${tuple})`;
    const call = this.#generator(result, made, caller.startsWith('await'));
    if (result.kind === 'void') return [call];
    const keyword = caller.startsWith('await') ? 'async def' : 'def';
    return this.#cast(call, this.#resultText(result, { keyword }));
  }

  #locals({ parameters }: Method): string[] {
    const scope = this.#names.locals();
    return parameters.map(({ pythonName }) => scope.claim(pythonName));
  }
}

function mapParameters(method: Method, how: (type: ParameterType) => ParameterType): Method {
  const parameters = method.parameters.map((slot) => ({ ...slot, type: how(slot.type) }));
  return { ...method, parameters };
}

/** What stands in the body of a class. */
type Members = Pick<Service, 'methods' | 'data'>;

function memberNames({ methods, data }: Members): ReadonlySet<string> {
  return new Set([
    'definition',
    'sync',
    'with_options',
    ...[...methods, ...data].map(({ pythonName }) => pythonName),
  ]);
}

function mostFrequent(texts: readonly string[]): string {
  const count = (text: string) => texts.filter((each) => each === text).length;
  return texts.reduce((best, text) => (count(text) > count(best) ? text : best), texts[0] ?? '');
}
