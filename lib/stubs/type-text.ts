/** Types of Python as TypeScript: what is passed in, and what comes back. */
import type { Place } from './interface-names.js';
import type { ClassDescription, PythonType } from './model.js';

/** What the types of one file refer to. */
export class TypeTexts {
  /** Other files, by module. */
  readonly imported = new Map<string, string>();
  readonly #module: string;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #classes: ReadonlyMap<string, ClassDescription>;
  readonly #modules: ReadonlySet<string>;

  constructor(module: string, world: World) {
    this.#module = module;
    this.#places = world.places;
    this.#classes = world.classes;
    this.#modules = world.modules;
  }

  /** The interface of instances, or of the class itself; undefined: it is not described. */
  reference(id: string, what: 'instance' | 'itself'): string | undefined {
    const place = this.#places.get(id);
    return place && `${this.#prefix(place.module)}${place[what]}`;
  }

  /** The interface of a module that has a file. */
  moduleReference(name: string): string | undefined {
    return this.#modules.has(name) ? `${this.#prefix(name)}Module` : undefined;
  }

  #prefix(module: string): string {
    if (module === this.#module) return '';
    let alias = this.imported.get(module);
    if (alias === undefined) {
      alias = `$${module.replace(/[^\w$]/g, '_')}`;
      this.imported.set(module, alias);
    }
    return `${alias}.`;
  }

  /** What may be passed for a parameter. */
  argument(type: PythonType): string {
    const { kind, of = [] } = type;
    const simple = ARGUMENTS[kind];
    if (simple !== undefined) return simple;
    const container = ARGUMENT_CONTAINERS[kind];
    if (container !== undefined) {
      const [arity, name] = container;
      return `Py.${name}<${items(of, arity)
        .map((each) => this.argument(each))
        .join(', ')}>`;
    }
    switch (kind) {
      case 'union':
        return joined(of.map((each) => this.argument(each)));
      case 'literal':
        return literals(type);
      case 'tuple':
        return `Py.TupleLike<[${of.map((each) => this.argument(each)).join(', ')}]>`;
      case 'callable':
        return this.#callback(of);
      case 'class':
        return this.#instanceArgument(type.name ?? '');
      default:
        return 'unknown';
    }
  }

  #instanceArgument(id: string): string {
    // Whatever has the methods will do, and that is for Python to see.
    if (this.#classes.get(id)?.protocol === true || !this.#places.has(id)) return 'unknown';
    const value = VALUES[id];
    const instance = `Py.InstanceOf<${JSON.stringify(id)}>`;
    return value === undefined ? instance : `${value} | ${instance}`;
  }

  #callback(of: readonly PythonType[]): string {
    const parameters = of
      .slice(0, -1)
      .map((each, index) => `p${index}: ${this.callbackResult(each)}`);
    return `Py.Callback<(${parameters.join(', ')}) => ${this.argument(of.at(-1) ?? ANY)}>`;
  }

  /** What Python hands to a function of JavaScript. */
  callbackResult(type: PythonType): string {
    return this.result(type);
  }

  /** What a call or an attribute gives, with references as objects of the style. */
  result(type: PythonType, self = 'Py.Any'): string {
    const { kind, of = [] } = type;
    const simple = RESULTS[kind];
    if (simple !== undefined) return simple;
    const container = RESULT_CONTAINERS[kind];
    if (container !== undefined) {
      const [arity, name] = container;
      const inside = items(of, arity).map((each) => this.result(each, self));
      return `Py.${name}<${['S', ...inside].join(', ')}>`;
    }
    switch (kind) {
      case 'self':
        return self;
      case 'union':
        return joined(of.map((each) => this.result(each, self)));
      case 'literal':
        return literals(type);
      case 'tuple':
        return `Py.Tuple<S, [${of.map((each) => this.result(each, self)).join(', ')}]>`;
      case 'type':
        return this.#classResult(of[0]);
      case 'class':
        return this.instance(type.name ?? '');
      case 'module': {
        const name = this.moduleReference(type.name ?? '');
        return name === undefined ? 'Py.Any' : `${name}<S>`;
      }
      default:
        return 'Py.Any';
    }
  }

  /** Of a class; numbers of numpy arrive as numbers. */
  instance(id: string): string {
    const lineage = this.#classes.get(id)?.lineage ?? [];
    if (lineage.includes('numpy.bool')) return 'boolean';
    if (lineage.includes('numpy.number') && !lineage.includes('numpy.complexfloating'))
      return 'number';
    // What is called so may be one, or may not.
    const name = id === 'numpy.generic' ? undefined : this.reference(id, 'instance');
    return name === undefined ? 'Py.Any' : `${name}<S>`;
  }

  #classResult(of: PythonType | undefined): string {
    const name = of?.kind === 'class' ? this.reference(of.name ?? '', 'itself') : undefined;
    return name === undefined ? 'Py.Any' : `${name}<S>`;
  }
}

/** All that is described. */
export interface World {
  readonly places: ReadonlyMap<string, Place>;
  readonly classes: ReadonlyMap<string, ClassDescription>;
  readonly modules: ReadonlySet<string>;
}

const ANY: PythonType = { kind: 'any' };

const ARGUMENTS: Readonly<Record<string, string>> = {
  none: 'null | undefined',
  bool: 'Py.Bool',
  int: 'Py.Int',
  float: 'Py.Float',
  complex: 'Py.Complex',
  str: 'Py.Str',
  bytes: 'Py.Bytes',
  path: 'Py.Str',
  array: 'Py.ArrayLike',
  dtype: 'Py.DTypeLike',
  function: 'Py.Callback',
  never: 'never',
};

/** How many items they have, and what they are called. */
const ARGUMENT_CONTAINERS: Readonly<Record<string, readonly [number, string]>> = {
  list: [1, 'ListLike'],
  sequence: [1, 'ListLike'],
  set: [1, 'SetLike'],
  frozenset: [1, 'SetLike'],
  iterable: [1, 'IterableLike'],
  iterator: [1, 'IterableLike'],
  generator: [1, 'IterableLike'],
  dict: [2, 'DictLike'],
  mapping: [2, 'DictLike'],
};

/** Values of JavaScript that arrive as instances. */
const VALUES: Readonly<Record<string, string>> = {
  'datetime.datetime': 'Date',
  'datetime.date': 'Date',
};

const RESULTS: Readonly<Record<string, string>> = {
  none: 'null',
  bool: 'boolean',
  int: 'number',
  float: 'number',
  str: 'string',
  bytes: 'Py.BytesObject<S>',
  never: 'never',
};

const RESULT_CONTAINERS: Readonly<Record<string, readonly [number, string]>> = {
  list: [1, 'List'],
  sequence: [1, 'List'],
  set: [1, 'Set'],
  frozenset: [1, 'Set'],
  iterable: [1, 'Items'],
  iterator: [1, 'Iterator'],
  generator: [1, 'Iterator'],
  async_iterable: [1, 'Items'],
  async_iterator: [1, 'Iterator'],
  dict: [2, 'Dict'],
  mapping: [2, 'Dict'],
  awaitable: [1, 'Coroutine'],
};

function items(of: readonly PythonType[], arity: number): PythonType[] {
  return Array.from({ length: arity }, (_, index) => of[index] ?? ANY);
}

/** Each once; what takes in all others stands alone. */
function joined(texts: readonly string[]): string {
  // Those with parts of their own are taken whole: a bar may stand inside.
  const flat = new Set(texts.flatMap((text) => (/[<"]/.test(text) ? [text] : text.split(' | '))));
  if (flat.has('unknown')) return 'unknown';
  if (flat.has('Py.Any')) return 'Py.Any';
  return [...flat].join(' | ');
}

function literals({ values = [] }: PythonType): string {
  const texts = values.map((value) => (value === null ? 'null' : JSON.stringify(value)));
  return joined(texts);
}
