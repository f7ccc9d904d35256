/** The classes people use: the protocol to implement, the client, and the server. */
import type { Method, Service } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { COLUMNS, indent, separate, withArticle } from '../text.js';
import { docstring } from './docstring.js';
import { enclosed } from './layout.js';
import { definitionName, type PythonModuleNames } from './names.js';
import { quote, slotText, typeText } from './types.js';

/** Inside the class. */
const BODY = COLUMNS - 4;

/** How a client's methods begin, and what they call. */
interface Face {
  readonly keyword: string;
  readonly call: string;
}

export class ClassEmitter {
  readonly #names: PythonModuleNames;

  constructor(names: PythonModuleNames) {
    this.#names = names;
  }

  protocol({ name, methods, documentation }: Service): string[] {
    const hidden = memberNames(methods);
    const note = 'Implement each method as `def` or `async def`.';
    const blocks = methods.map((method) => {
      const result = typeText(method.result, this.#names, hidden);
      const signature = this.#signature(method, {
        keyword: 'def',
        result: `${this.#names.runtime('MaybeAwaitable')}[${result}]`,
        hidden,
      });
      const doc = docstring(method.documentation, method);
      if (doc.length > 0) return [...signature, ...indent([...doc, '...'], 4)];
      return [...signature.slice(0, -1), `${signature.at(-1)} ...`];
    });
    return [
      `class ${pythonTypeName(name)}(${this.#names.typing('Protocol')}):`,
      ...indent(separate([docstring(documentation, { note }), ...blocks]), 4),
    ];
  }

  client({ name, methods }: Service): string[] {
    const sync = `${pythonTypeName(name)}SyncClient`;
    return [
      `class ${pythonTypeName(name)}Client(${this.#names.runtime('Client')}):`,
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
        separate(this.#methods(methods, { keyword: 'async def', call: 'await self._caller.call' })),
        4,
      ),
    ];
  }

  syncClient({ name, methods }: Service): string[] {
    return [
      `class ${pythonTypeName(name)}SyncClient(${this.#names.runtime('Client')}):`,
      `    """Calls ${withArticle(name)} that the peer serves, blocking."""`,
      '',
      ...indent(
        separate(this.#methods(methods, { keyword: 'def', call: 'self._caller.call_sync' })),
        4,
      ),
    ];
  }

  #methods(methods: readonly Method[], { keyword, call }: Face): string[][] {
    const hidden = memberNames(methods);
    return methods.map((method, index) => [
      ...this.#signature(method, {
        keyword,
        result: typeText(method.result, this.#names, hidden),
        hidden,
      }),
      ...indent(
        [...docstring(method.documentation, method), ...this.#call(method, index, call)],
        4,
      ),
    ]);
  }

  server({ name }: Service): string[] {
    return [
      `class ${pythonTypeName(name)}Server:`,
      `    """Serves ${withArticle(name)} to the peer."""`,
      '',
      `    ${this.#definition(name)}`,
      '',
      `    def __init__(self, implementation: ${pythonTypeName(name)}) -> None:`,
      '        self.implementation = implementation',
    ];
  }

  #definition(service: string): string {
    const type = `${this.#names.typing('ClassVar')}[${this.#names.runtime('InterfaceDefinition')}]`;
    return `definition: ${type} = ${definitionName(service)}`;
  }

  #signature(
    method: Method,
    { keyword, result, hidden }: { keyword: string; result: string; hidden: ReadonlySet<string> },
  ): string[] {
    const locals = this.#locals(method);
    const parameters = method.parameters.map(
      (parameter, index) => `${locals[index]}: ${slotText(parameter, this.#names, hidden)}`,
    );
    // Positional only: who renames a parameter in TypeScript breaks nobody in Python.
    const items = parameters.length === 0 ? ['self'] : ['self', ...parameters, '/'];
    const open = `${keyword} ${method.pythonName}(`;
    return enclosed(open, items, { close: `) -> ${result}:`, columns: BODY - 4 });
  }

  #call(method: Method, index: number, caller: string): string[] {
    const locals = this.#locals(method);
    const tuple = locals.length === 1 ? `(${locals[0]},)` : `(${locals.join(', ')})`;
    const call = `${caller}(${index}, ${tuple})`;
    if (method.result.kind === 'void') return [call];
    const type = typeText(method.result, this.#names);
    // Quoted where it is an expression: that would be evaluated at every call. Not if the quoted text would need escapes,
    // which annotations must not have.
    const quoted = quote(type);
    const shown = /^\w+$/.test(type) || quoted.includes('\\') ? type : quoted;
    const open = `return ${this.#names.typing('cast')}(`;
    return enclosed(open, [shown, call], { close: ')', columns: BODY - 4 });
  }

  #locals({ parameters }: Method): string[] {
    const scope = this.#names.locals();
    return parameters.map(({ pythonName }) => scope.claim(pythonName));
  }
}

function memberNames(methods: readonly Method[]): ReadonlySet<string> {
  return new Set([
    'definition',
    'sync',
    'with_options',
    ...methods.map(({ pythonName }) => pythonName),
  ]);
}
