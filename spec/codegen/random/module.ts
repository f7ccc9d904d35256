// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are template types, in texts that are TypeScript.
/** TypeScript modules by chance: types of all kinds, and an interface with an echo for each of them. */
import fc from 'fast-check';
import { Chance } from './chance.js';
import {
  fieldNames,
  keyText,
  literalText,
  membersText,
  quoted,
  type RandomField,
  valuesOf,
} from './records.js';
import { type Looks, type RandomType, SCALARS, texts } from './scalars.js';

export interface RandomModule {
  readonly source: string;
  /** The methods of its interface `Echoes`, each of which takes and gives such a value. */
  readonly methods: readonly { readonly name: string; readonly type: RandomType }[];
  /** By reference: of each the record of its data. The interface has `make3(data)`, which gives such an object, and `tell3(object)`, which gives its data. */
  readonly objects: readonly {
    readonly data: RandomType;
    readonly fields: readonly RandomField[];
  }[];
}

export function randomModule(
  seed: number,
  { types, objects }: { readonly types: number; readonly objects: number },
): RandomModule {
  return new ModuleMaker(new Chance(seed)).make(types, objects);
}

const TYPE_NAMES: readonly string[] = [
  ...['User', 'HTTPRequest', 'Node', 'Any', 'Literal', 'Final', 'Protocol', 'Union', 'Optional'],
  ...[
    'Sequence',
    'Mapping',
    'Enum',
    'Client',
    'Caller',
    'ValueReader',
    'ValueWriter',
    'RecordType',
  ],
  ...['Method', 'Pattern', 'NewType', 'Decimal', 'Exception', 'Type', 'UNSET', 'Type_1', 'Ünïcode'],
  ...['Mode', 'State', 'None', 'True', 'List', 'Dict', 'Str', 'Self', 'Color', 'A', 'B', 'Page'],
];
const METHOD_NAMES: readonly string[] = [
  ...['class', 'import', 'lambda', 'list', 'type', 'constructor2', 'delete', 'self', 'getHTTPUrl'],
  ...['$value', 'toString', 'call', 'close', 'definition2', 'None', 'match', 'print', 'valueOf'],
];
const PARAMETERS = ['value', 'self', 'lambda', 'timeout', 'userID', 'writer', 'reader', 'kind'];
/** What clients have already, or what makes a promise of an object. */
const OBJECT_NAMES = ['then', 'constructor', 'prototype'];
/** What would end a comment or a docstring, or mean something in it. */
const DOCS = [
  'Says """so""" and ends with a quote"',
  'Ends with a backslash \\',
  'A \\N{name} \\u12 \\x, {braces}, `ticks` and ${holes}',
  '@deprecated use another',
  'Several\n * lines, é',
];
const OTHER_TAGS = ['another', '', -77];
const WORDS = ['a', 'b', 'on', 'off', '', "it's", '"', 'two words', '\\', 'é', '1', 'null', '\n'];

class ModuleMaker {
  readonly #chance: Chance;
  readonly #declarations: string[] = [];
  readonly #names: string[];
  /** Of which types can be made: what they are called, and their fields. */
  readonly #records: { readonly text: string; readonly fields: readonly RandomField[] }[] = [];
  readonly #named: RandomType[] = [];
  #count = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#names = chance.shuffled(TYPE_NAMES);
  }

  make(count: number, objectCount: number): RandomModule {
    const names = this.#chance.shuffled(METHOD_NAMES);
    const methods = Array.from({ length: count }, (_, index) => {
      const made = this.#type(3);
      // A type that is written in a parameter and again in a result is two.
      const type = made.text.includes('{ ') ? this.#alias(made) : made;
      const name = this.#chance.isOneIn(4) ? names.pop() : undefined;
      return { name: name ?? `echo${index}`, type };
    });
    const lines = methods.map(({ name, type }) => {
      const parameter = this.#chance.isOneIn(3) ? this.#chance.one(PARAMETERS) : 'value';
      return `${this.#doc('  ')}  ${name}(${parameter}: ${type.text}): Promise<${type.text}>;\n`;
    });
    const objects = Array.from({ length: objectCount }, (_, index) => this.#byReference(index));
    lines.push(...objects.map(({ lines }) => lines));
    const body = this.#chance.shuffled(this.#declarations).join('\n');
    const source = `import type { Int, NDArray } from 'ringsnake';\n\n${body}\nexport interface Echoes {\n${lines.join('')}}\n`;
    return { source, methods, objects };
  }

  /** With data beside its methods, among which they stand anywhere. */
  #byReference(index: number): RandomModule['objects'][number] & { readonly lines: string } {
    const fields = this.#fields(2, 1 + this.#chance.below(5), OBJECT_NAMES).map((field) =>
      // A type that is written in both is two.
      field.type.text.includes('{ ') ? { ...field, type: this.#alias(field.type) } : field,
    );
    const data = membersText(fields).trimEnd().split('\n');
    const members = [
      ...data.map((line) => line.replace('  ', '  readonly ')),
      '  ping(x: Int): Promise<Int>;',
      ...(this.#chance.isOneIn(2) ? ['  say(word: string): Promise<string>;'] : []),
    ];
    const shuffled = this.#chance.shuffled(members).join('\n');
    this.#declarations.push(
      `export interface Object${index} {\n${shuffled}\n}\n`,
      `export interface Data${index} {\n${data.join('\n')}\n}\n`,
    );
    const lines = `  make${index}(data: Data${index}): Promise<Object${index}>;\n  tell${index}(object: Object${index}): Promise<Data${index}>;\n`;
    const type = { text: `Data${index}`, looks: 'object', values: valuesOf(fields) } as const;
    return { data: type, fields, lines };
  }

  #type(depth: number): RandomType {
    if (depth > 0 && this.#named.length > 0 && this.#chance.isOneIn(5))
      return this.#chance.one(this.#named);
    const makers: readonly ((depth: number) => RandomType)[] = [
      () => this.#array(depth),
      () => this.#tuple(depth),
      () => this.#set(),
      () => this.#map(depth),
      () => this.#dict(depth),
      () => this.#nullable(depth),
      () => this.#enumeration(),
      () => this.#brand(),
      () => this.#literals(),
      () => this.#object(depth),
      () => this.#interface(depth),
      () => this.#recursive(depth),
      () => this.#recursiveAlias(),
      () => this.#generic(depth),
      () => this.#derived(depth),
      () => this.#open(depth),
      () => this.#byLooks(depth),
      () => this.#tagged(depth),
      () => this.#keyed(depth),
      () => this.#ambiguous(),
      () => this.#arrays(),
    ];
    const isLeaf = depth === 0 || this.#chance.isOneIn(5);
    return isLeaf ? this.#chance.one(SCALARS) : this.#chance.one(makers)(depth - 1);
  }

  #doc(margin = ''): string {
    if (!this.#chance.isOneIn(4)) return '';
    return `${margin}/** ${this.#chance.one(DOCS)} */\n`;
  }

  #name(): string {
    this.#count += 1;
    return this.#names.pop() ?? `Type${this.#count}`;
  }

  /** Some with `export`, some in a namespace; returns what it is called there. */
  #declare(kind: 'interface' | 'type' | 'enum', text: (name: string) => string): string {
    const name = this.#name();
    const declaration = `${this.#doc()}${kind === 'interface' && this.#chance.isOneIn(6) ? '' : 'export '}${text(name)}\n`;
    if (declaration.includes('export ') && this.#chance.isOneIn(8)) {
      const space = `Space${this.#count}`;
      this.#declarations.push(`export namespace ${space} {\n${declaration}}\n`);
      return `${space}.${name}`;
    }
    this.#declarations.push(declaration);
    return name;
  }

  #alias(type: RandomType): RandomType {
    const text = this.#declare('type', (name) => `type ${name} = ${type.text};`);
    const named = { ...type, text, isUnit: true };
    this.#named.push(named);
    return named;
  }

  #array(depth: number): RandomType {
    const item = this.#type(depth);
    const unit = item.isUnit === true ? item.text : `(${item.text})`;
    const text = this.#chance.isOneIn(3)
      ? `readonly ${unit}[]`
      : this.#chance.isOneIn(3)
        ? `Array<${item.text}>`
        : `${unit}[]`;
    const values = fc.array(item.values, { maxLength: 4 });
    return { text, looks: 'array', values, isUnit: !text.startsWith('readonly') };
  }

  #tuple(depth: number): RandomType {
    const items = Array.from({ length: this.#chance.below(4) }, () => this.#type(depth));
    // One that may be `undefined` besides is one that is not there.
    const optional = this.#chance.isOneIn(3) ? this.#chance.one(SCALARS) : undefined;
    const rest = this.#chance.isOneIn(3) ? this.#type(depth) : undefined;
    const isLabelled = this.#chance.isOneIn(2);
    const label = (text: string, name: string, mark = '') =>
      isLabelled ? `${name}${mark}: ${text}` : mark === '?' ? `(${text})?` : text;
    const unit = (type: RandomType) => (type.isUnit === true ? type.text : `(${type.text})`);
    const texts = [
      ...items.map((item, index) => label(item.text, `item${index}`)),
      ...(optional === undefined ? [] : [label(optional.text, 'last', '?')]),
      ...(rest === undefined ? [] : [`...${label(`${unit(rest)}[]`, 'more')}`]),
    ];
    const head = items.map(({ values }) => values);
    const more = rest === undefined ? fc.constant([]) : fc.array(rest.values, { maxLength: 3 });
    const values = fc
      .tuple(fc.tuple(...head), optional?.values ?? fc.constant(undefined), more, fc.boolean())
      .map(([first, last, others, isShort]) =>
        optional === undefined
          ? [...first, ...others]
          : isShort
            ? first
            : [...first, last, ...others],
      );
    return { text: `[${texts.join(', ')}]`, looks: 'array', values, isUnit: true };
  }

  #key(): RandomType {
    const keys = [...SCALARS, ...this.#named].filter(({ isKey }) => isKey === true);
    return this.#chance.one(keys);
  }

  #set(): RandomType {
    const item = this.#key();
    const text = `${this.#chance.isOneIn(3) ? 'ReadonlySet' : 'Set'}<${item.text}>`;
    const values = fc.array(item.values, { maxLength: 4 }).map((items) => new Set(items));
    return { text, looks: 'set', values, isUnit: true };
  }

  #map(depth: number): RandomType {
    const key = this.#key();
    const value = this.#type(depth);
    const text = `${this.#chance.isOneIn(3) ? 'ReadonlyMap' : 'Map'}<${key.text}, ${value.text}>`;
    const values = fc
      .array(fc.tuple(key.values, value.values), { maxLength: 4 })
      .map((entries) => new Map(entries));
    return { text, looks: 'map', values, isUnit: true };
  }

  #dict(depth: number): RandomType {
    const value = this.#type(depth);
    const [text, key] = this.#chance.one<readonly [string, fc.Arbitrary<string>]>([
      [`Record<string, ${value.text}>`, texts],
      [`{ [key: string]: ${value.text} }`, texts],
      [`{ readonly [key: string]: ${value.text} }`, texts],
      [`Record<number, ${value.text}>`, fc.oneof(fc.nat(), fc.constantFrom(0, -3)).map(String)],
    ]);
    const values = fc
      .array(fc.tuple(key, value.values), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries));
    return { text, looks: 'map', values, isUnit: true };
  }

  #nullable(depth: number): RandomType {
    const { text, values, looks } = this.#type(depth);
    const nothing = this.#chance.one(['null', 'undefined', 'null | undefined']);
    const nothings = {
      null: [null],
      undefined: [undefined],
      'null | undefined': [null, undefined],
    };
    const some = fc.constantFrom(...(nothings[nothing as keyof typeof nothings] as unknown[]));
    const all = fc.oneof({ weight: 3, arbitrary: values }, some);
    // The operator of functions and of `readonly` binds less.
    return { text: `(${text}) | ${nothing}`, values: all, looks };
  }

  #enumeration(): RandomType {
    const members = this.#chance.some(
      ['Red', 'None', 'class', 'name', 'value', 'mro', 'aB', 'X1', '"a-c"', 'True'],
      1 + this.#chance.below(5),
    );
    const style = this.#chance.below(3);
    const values = members.map((_, index) =>
      style === 0 || (style === 2 && index % 2 === 0)
        ? `${this.#chance.one(WORDS)}${index}`
        : index * 3 - 1,
    );
    const lines = members.map(
      (member, index) => `  ${member} = ${JSON.stringify(values[index])},\n`,
    );
    const text = this.#declare('enum', (name) => `enum ${name} {\n${lines.join('')}}`);
    const looks: Looks = values.some((value) => typeof value === 'number') ? 'number' : 'text';
    const named = { text, looks, values: fc.constantFrom(...values), isKey: true, isUnit: true };
    this.#named.push(named);
    return named;
  }

  #brand(): RandomType {
    const base = this.#chance.one(SCALARS.filter(({ isKey }) => isKey === true && true));
    if (base.text.startsWith('`') || base.text === 'boolean') return this.#alias(base);
    return this.#alias({ ...base, text: `${base.text} & { readonly brand: 'b' }` });
  }

  #literals(): RandomType {
    const words = this.#chance.some(WORDS, 1 + this.#chance.below(4));
    const numbers = this.#chance.isOneIn(3) ? this.#chance.some([0, 1, -1, 1.5, 1e21], 2) : [];
    const flags = this.#chance.isOneIn(4) ? [true] : [];
    const all = [...words, ...numbers, ...flags];
    const text = this.#chance
      .shuffled(all)
      .map((value) => JSON.stringify(value))
      .join(' | ');
    const type: RandomType = {
      text,
      looks: 'text',
      values: fc.constantFrom(...all),
      isKey: flags.length === 0,
    };
    return this.#chance.isOneIn(2) ? this.#alias(type) : type;
  }

  #fields(
    depth: number,
    count = this.#chance.below(6),
    taken: readonly string[] = [],
  ): RandomField[] {
    return fieldNames(this.#chance, count, taken).map((name) => {
      const optional = this.#chance.isOneIn(3);
      const type = this.#type(depth);
      // Of an optional field `undefined` says that it is not there.
      const hasUndefined = /undefined|unknown|any/.test(type.text) || this.#named.includes(type);
      return { name, type, optional: optional && !hasUndefined };
    });
  }

  #object(depth: number): RandomType {
    const fields = this.#fields(depth, 1 + this.#chance.below(4));
    return { text: literalText(fields), looks: 'object', values: valuesOf(fields), isUnit: true };
  }

  #declareRecord(fields: readonly RandomField[], values = valuesOf(fields)): RandomType {
    const isAlias = this.#chance.isOneIn(3);
    const text = isAlias
      ? this.#declare('type', (name) => `type ${name} = {\n${membersText(fields)}};`)
      : this.#declare('interface', (name) => `interface ${name} {\n${membersText(fields)}}`);
    const type: RandomType = { text, looks: 'object', values, isUnit: true };
    this.#named.push(type);
    this.#records.push({ text, fields });
    return type;
  }

  #interface(depth: number): RandomType {
    const base = this.#chance.isOneIn(3) ? this.#chance.one(this.#records) : undefined;
    if (base === undefined) return this.#declareRecord(this.#fields(depth));
    const own = this.#fields(
      depth,
      1 + this.#chance.below(3),
      base.fields.map(({ name }) => name),
    );
    const text = this.#declare(
      'interface',
      (name) => `interface ${name} extends ${base.text} {\n${membersText(own)}}`,
    );
    const type: RandomType = {
      text,
      looks: 'object',
      values: valuesOf([...base.fields, ...own]),
      isUnit: true,
    };
    this.#named.push(type);
    return type;
  }

  #recursive(depth: number): RandomType {
    const fields = this.#fields(depth, 2).filter(
      ({ name }) => !['kids', 'next', 'byKey'].includes(name),
    );
    const level = fc.memo((left: number): fc.Arbitrary<unknown> => {
      const self = left <= 1 ? undefined : level(left - 1);
      const kids = self === undefined ? fc.constant([]) : fc.array(self, { maxLength: 2 });
      const next = self === undefined ? fc.constant(null) : fc.option(self);
      const byKey = kids.map((all) => new Map(all.map((each, index) => [String(index), each])));
      return fc
        .tuple(valuesOf(fields), kids, next, byKey)
        .map(([own, kids, next, byKey]) => ({ ...own, kids, next, byKey }));
    });
    const text = this.#declare(
      'interface',
      (name) =>
        `interface ${name} {\n${membersText(fields)}  kids: ${name}[];\n  next: ${name} | null;\n  byKey: Map<string, ${name}>;\n}`,
    );
    const type: RandomType = { text, looks: 'object', values: level(3), isUnit: true };
    this.#named.push(type);
    return type;
  }

  #recursiveAlias(): RandomType {
    const leaf = this.#chance.one(SCALARS.slice(0, 4));
    const level = fc.memo(
      (left: number): fc.Arbitrary<unknown> =>
        left <= 1
          ? leaf.values
          : fc.oneof(leaf.values, fc.array(level(left - 1), { maxLength: 3 })),
    );
    const text = this.#declare('type', (name) => `type ${name} = ${leaf.text} | ${name}[];`);
    const type: RandomType = { text, looks: 'array', values: level(3), isUnit: true };
    this.#named.push(type);
    return type;
  }

  #generic(depth: number): RandomType {
    const argument = this.#type(depth);
    const { text, values, looks } = argument;
    const kind = this.#chance.below(4);
    if (kind === 0) {
      const name = this.#declare(
        'interface',
        (name) => `interface ${name}<T> {\n  held: T;\n  others?: T[];\n}`,
      );
      const all = fc.record(
        { held: values, others: fc.array(values, { maxLength: 2 }) },
        { requiredKeys: ['held'], noNullPrototype: true },
      );
      return { text: `${name}<${text}>`, looks: 'object', values: all, isUnit: true };
    }
    if (kind === 1) {
      const name = this.#declare('type', (name) => `type ${name}<A, B = A> = [A, B];`);
      return {
        text: `${name}<${text}>`,
        looks: 'array',
        values: fc.tuple(values, values),
        isUnit: true,
      };
    }
    if (kind === 2) {
      const name = this.#declare('type', (name) => `type ${name}<T> = T | null;`);
      return { text: `${name}<${text}>`, looks, values: fc.option(values), isUnit: true };
    }
    const name = this.#declare(
      'interface',
      (name) => `interface ${name}<T> {\n  held: T;\n  kids: ${name}<T>[];\n}`,
    );
    const level = fc.memo(
      (left: number): fc.Arbitrary<unknown> =>
        fc.record(
          {
            held: values,
            kids: left <= 1 ? fc.constant([]) : fc.array(level(left - 1), { maxLength: 2 }),
          },
          { noNullPrototype: true },
        ),
    );
    return { text: `${name}<${text}>`, looks: 'object', values: level(3), isUnit: true };
  }

  /** Of a record that there is. */
  #derived(depth: number): RandomType {
    const usable = this.#records.filter(({ fields }) => fields.length > 1);
    if (usable.length === 0) return this.#interface(depth);
    const { text, fields } = this.#chance.one(usable);
    const names = fields.map(({ name }) => name);
    const chosen = this.#chance.some(names, 1 + this.#chance.below(names.length - 1));
    const without = (kept: readonly string[]) => fields.filter(({ name }) => kept.includes(name));
    const all = (optional: boolean) => fields.map((field) => ({ ...field, optional }));
    const others = this.#fields(depth, 2, names);
    const isWhole = fields.every(
      ({ type }) => !/undefined|unknown|any/.test(type.text) && !this.#named.includes(type),
    );
    const [made, left] = this.#chance.one<readonly [string, readonly RandomField[]]>([
      [`Pick<${text}, ${quoted(chosen)}>`, without(chosen)],
      [`Omit<${text}, ${quoted(chosen)}>`, without(names.filter((name) => !chosen.includes(name)))],
      [`Readonly<${text}>`, fields],
      ...(isWhole
        ? ([
            [`Partial<${text}>`, all(true)],
            [`Required<${text}>`, all(false)],
          ] as const)
        : []),
      [`${text} & ${literalText(others)}`, [...fields, ...others]],
    ]);
    const type: RandomType = { text: made, looks: 'object', values: valuesOf(left) };
    return this.#chance.isOneIn(2) ? this.#alias(type) : type;
  }

  /** With an index signature beside its fields. */
  #open(depth: number): RandomType {
    const names = fieldNames(this.#chance, 2);
    const value = this.#type(depth);
    const isWhole = !/undefined|unknown|any/.test(value.text) && !this.#named.includes(value);
    const fields = names.map((name) => ({
      name,
      type: value,
      optional: isWhole && this.#chance.isOneIn(2),
    }));
    const text = this.#declare(
      'interface',
      (name) => `interface ${name} {\n${membersText(fields)}  [key: string]: ${value.text};\n}`,
    );
    const others = fc.array(
      fc.tuple(
        texts.filter((key) => !names.includes(key)),
        value.values,
      ),
      { maxLength: 3 },
    );
    const values = fc
      .tuple(valuesOf(fields), others)
      .map(([own, more]) => Object.fromEntries([...Object.entries(own), ...more]));
    return { text, looks: 'object', values, isUnit: true };
  }

  #union(types: readonly RandomType[], looks: Looks): RandomType {
    const text = this.#chance
      .shuffled(types)
      .map((type) => (type.isUnit === true ? type.text : `(${type.text})`))
      .join(' | ');
    const type: RandomType = {
      text,
      looks,
      values: fc.oneof(...types.map(({ values }) => values)),
    };
    return this.#chance.isOneIn(2) ? this.#alias(type) : type;
  }

  #byLooks(depth: number): RandomType {
    const chosen = new Map<Looks, RandomType>();
    for (let tries = 0; tries < 12 && chosen.size < 4; tries++) {
      const type = this.#type(tries < 9 ? 0 : depth);
      if (
        type.looks !== 'anything' &&
        !chosen.has(type.looks) &&
        !/null|undefined|\|/.test(type.text) &&
        !this.#named.includes(type)
      )
        chosen.set(type.looks, type);
    }
    return this.#union([...chosen.values()], 'anything');
  }

  #tagged(depth: number): RandomType {
    const tag = this.#chance.one(['kind', 'type', '@type', 'class']);
    const tags = this.#chance.some<string | number | boolean>(
      ['circle', 'square', 3, true, "it's"],
      2 + this.#chance.below(3),
    );
    const branches = tags.map((value) => {
      const fields = this.#fields(depth, 2, [tag]);
      const tagged = {
        name: tag,
        optional: false,
        type: { text: JSON.stringify(value), looks: 'text' as const, values: fc.constant(value) },
      };
      return this.#declareRecord(this.#chance.shuffled([tagged, ...fields]));
    });
    const kinds = new Set(tags.map((value) => typeof value));
    const others = OTHER_TAGS.filter((value) => kinds.has(typeof value));
    const isOpen = others.length > 0 && this.#chance.isOneIn(2);
    return isOpen ? this.#opened(branches, tag, others) : this.#union(branches, 'object');
  }

  /** With objects of other tags, of which nothing is known. */
  #opened(branches: readonly RandomType[], tag: string, others: readonly unknown[]): RandomType {
    const name = this.#name();
    const union = this.#chance.shuffled(branches.map(({ text }) => text)).join(' | ');
    this.#declarations.push(`/** @open */\nexport type ${name} = ${union};\n`);
    const untyped = fc.jsonValue({ maxDepth: 2 });
    const other = fc
      .tuple(fc.dictionary(texts, untyped, { noNullPrototype: true }), fc.constantFrom(...others))
      .map(([members, value]) => ({ ...members, [tag]: value }));
    const values = fc.oneof(...branches.map((branch) => branch.values), other);
    const type: RandomType = { text: name, looks: 'object', values, isUnit: true };
    this.#named.push(type);
    return type;
  }

  #keyed(depth: number): RandomType {
    const branches = ['byMail', 'byPhone', 'in person'].map((name) => {
      const fields = this.#fields(depth, 1, ['byMail', 'byPhone', 'in person']);
      const key = { name, optional: false, type: this.#chance.one(SCALARS.slice(0, 4)) };
      return this.#declareRecord([key, ...fields]);
    });
    return this.#union(branches, 'object');
  }

  /** Told apart by no field, but values of one may be values of another. */
  #ambiguous(): RandomType {
    const [name = '', ...more] = fieldNames(this.#chance, 3);
    const branches = more.map((other) =>
      this.#declareRecord([
        { name, optional: false, type: SCALARS[0] as RandomType },
        { name: other, optional: true, type: this.#chance.one(SCALARS.slice(0, 6)) },
      ]),
    );
    return this.#union(branches, 'object');
  }

  #arrays(): RandomType {
    const [first, second] = this.#chance.some(SCALARS.slice(0, 3), 2) as [RandomType, RandomType];
    const lists = [first, second].map((item) => ({
      text: `${item.text}[]`,
      looks: 'array' as const,
      values: fc.array(item.values, { maxLength: 3 }),
      isUnit: true,
    }));
    return this.#union(lists, 'array');
  }
}

export { keyText };
