/** `writeShape` and `readShape`: a union, whose branches are told apart by what the values are. */
import type { RecordDefinition, Slot, Type, UnionType } from '../../model.js';
import { openKinds } from '../../open.js';
import { typeText as schemaText } from '../../schema.js';
import { type Tag, tagOf } from '../../tag.js';
import { COLUMNS, expectedText, fieldSegment, indent } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import { Looks } from './looks.js';
import type { CodecNames, Shape, TypeScriptNames } from './names.js';
import type { CompoundUse } from './tuple.js';
import { literalText, memberText, quote, typeText } from './types.js';

const BODY = COLUMNS - 4;

interface Choice {
  readonly index: number;
  readonly type: Type;
  /** Without aliases. */
  readonly plain: Type;
}

interface Test {
  readonly choice: Choice;
  /** Undefined: what is left. */
  readonly condition: string | undefined;
}

export class UnionEmitter {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;
  readonly #looks: Looks;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
    this.#looks = new Looks(names, codec);
  }

  write({ type, codec, name }: CompoundUse<UnionType>): string[] {
    const choices = type.branches.map((branch, index) => ({
      index,
      type: branch,
      plain: this.#looks.plain(branch),
    }));
    const literals = choices.filter(
      ({ plain }) => plain.kind === 'literal' || plain.kind === 'enum',
    );
    const others = choices.filter((choice) => !literals.includes(choice));
    const groups = new Map<string, Choice[]>();
    for (const choice of others) {
      const kind = this.#looks.kind(choice.plain);
      groups.set(kind, [...(groups.get(kind) ?? []), choice]);
    }
    const body: string[] = [];
    // What is open takes what the others have left.
    for (const choice of [...literals].sort((a, b) => openness(a) - openness(b))) {
      const plain = choice.plain as Extract<Type, { kind: 'literal' | 'enum' }>;
      const label = plain.kind === 'enum' ? plain.name : plain.label;
      const condition = plain.open
        ? this.#looks.openTests(plain, 'value').join(' || ')
        : `${this.#codec.constant(plain, label).members}.has(value)`;
      body.push(...this.#branch({ choice, condition }, BODY));
    }
    if (groups.size > 0) body.push(`const kind = ${this.#names.runtime('kindOf')}(value);`);
    for (const [kind, group] of groups) {
      const inside = this.#group(group);
      if (inside.length === 1 && inside[0] !== undefined) {
        const [{ choice }] = inside;
        body.push(...this.#branch({ choice, condition: `kind === ${quote(kind)}` }, BODY));
      } else {
        const lines = [
          ...this.#lookup(group, codec),
          ...inside.flatMap((test) => this.#branch(test, BODY - 2)),
        ];
        const tag = this.#openTag(type);
        const rest = tag === undefined ? this.#refusal(group) : this.#writeOther(tag);
        body.push(`if (kind === ${quote(kind)}) {`, ...indent([...lines, ...rest], 2), '}');
      }
    }
    body.push(
      `throw ${this.#names.runtime('mismatch')}(${quote(this.#expected(type, name))}, value);`,
    );
    const writer = this.#names.runtime('ValueWriter');
    return [
      `function ${codec.write}(writer: ${writer}, value: ${name}): void {`,
      ...indent(body, 2),
      '}',
    ];
  }

  #expected(type: UnionType, name: string): string {
    return /^[\w$.]+$/.test(name) ? name : schemaText(type);
  }

  /** Statements for one branch: its number, its value, and that is all. */
  #branch({ choice, condition }: Test, columns: number): string[] {
    const operand = { text: 'value', typed: false };
    const lines = [
      `writer.writeBranch(${choice.index});`,
      ...this.#codec.write(choice.type, operand, columns - 2),
      'return;',
    ];
    return condition === undefined ? lines : [`if (${condition}) {`, ...indent(lines, 2), '}'];
  }

  /** The branches of one kind, with what tells them apart. */
  #group(group: readonly Choice[]): Test[] {
    const [only] = group;
    if (group.length === 1 && only !== undefined) return [{ choice: only, condition: undefined }];
    const records = group.flatMap(({ plain }) =>
      plain.kind === 'record' ? [this.#names.record(plain.name)] : [],
    );
    if (records.length === group.length) return this.#records(group, records);
    if (only !== undefined && this.#looks.kind(only.plain) === 'array') return this.#arrays(group);
    // Records before objects of any keys, which would take them all; and of records those that ask for more first.
    const tests = new Map(
      group.map((choice) => [choice, this.#looks.members(choice.plain, 'value')]),
    );
    const asked = (choice: Choice) =>
      choice.plain.kind === 'record' ? (tests.get(choice)?.length ?? 0) : -1;
    const sorted = [...group].sort((a, b) => asked(b) - asked(a));
    return sorted.map((choice, place) => {
      const all = tests.get(choice)?.join(' && ') || 'true';
      return { choice, condition: place === sorted.length - 1 ? undefined : all };
    });
  }

  #records(group: readonly Choice[], records: readonly RecordDefinition[]): Test[] {
    const tag = this.#tagOf(records)?.name;
    const at = (index: number) => group[index] as Choice;
    if (tag !== undefined) {
      return records.map((record, index) => {
        const field = record.fields.find(({ name }) => name === tag) as Slot<Type>;
        const member = `(value as ${typeText(at(index).type, this.#names)})`;
        const values = this.#looks.literals(field.type) ?? [];
        const place = memberText(member, tag);
        const tests = values.map((value) => `${place} === ${literalText(value)}`);
        return { choice: at(index), condition: tests.join(' || ') };
      });
    }
    return group.map((choice) => ({ choice, condition: `branch === ${choice.index}` }));
  }

  #lookup(group: readonly Choice[], codec: CodecNames): string[] {
    const shapes = this.#shapes(group);
    if (shapes === undefined) return [];
    const constant = this.#names.shapes(codec.write, shapes);
    return [`const branch = ${this.#names.runtime('branchOf')}(value as object, ${constant});`];
  }

  /** What each record of a group looks like, where no tag tells them apart. */
  #shapes(group: readonly Choice[]): readonly Shape[] | undefined {
    const records = group.flatMap(({ plain }) =>
      plain.kind === 'record' ? [this.#names.record(plain.name)] : [],
    );
    if (group.length < 2 || records.length < group.length) return undefined;
    if (this.#tagOf(records) !== undefined) return undefined;
    return records.map((record, index) => ({
      branch: (group[index] as Choice).index,
      fields: record.fields.map((field) => ({ name: field.name, look: this.#look(field) })),
    }));
  }

  /** The kinds of a field's values, or the constant that lists them. */
  #look({ type, optional }: Slot<Type>): string {
    const plain = this.#looks.plain(type);
    if ((plain.kind === 'literal' || plain.kind === 'enum') && !plain.open && !optional) {
      const label = plain.kind === 'enum' ? plain.name : plain.label;
      return this.#codec.constant(plain, label).members;
    }
    const kinds = this.#kindsOf(plain);
    const mark = optional || plain.kind === 'undefinable' ? '?' : '';
    return quote(kinds === undefined ? mark : `${mark}|${[...kinds].join('|')}|`);
  }

  /** Undefined: any. */
  #kindsOf(type: Type): ReadonlySet<string> | undefined {
    const plain = this.#looks.plain(type);
    if (plain.kind === 'unknown') return undefined;
    if ((plain.kind === 'literal' || plain.kind === 'enum') && plain.open) {
      const kinds = this.#codec.openKinds(plain).split(' or ');
      return new Set(kinds.map((kind) => (kind === 'integer' ? 'number' : kind)));
    }
    if (plain.kind === 'literal' || plain.kind === 'enum')
      return new Set((this.#looks.literals(plain) ?? []).map((value) => typeof value));
    const parts =
      plain.kind === 'union'
        ? plain.branches
        : plain.kind === 'nullable' || plain.kind === 'undefinable'
          ? [plain.inner]
          : undefined;
    if (parts === undefined) return new Set([this.#looks.kind(plain)]);
    const kinds = parts.map((part) => this.#kindsOf(part));
    if (kinds.includes(undefined)) return undefined;
    const nothing =
      plain.kind === 'nullable' ? ['null'] : plain.kind === 'undefinable' ? ['undefined'] : [];
    return new Set([...kinds.flatMap((each) => [...(each ?? [])]), ...nothing]);
  }

  /** By their length, or by their first item; an empty one is of the first branch that may be empty. */
  #arrays(group: readonly Choice[]): Test[] {
    return group.map((choice, place) => ({
      choice,
      condition: place === group.length - 1 ? undefined : this.#arrayTest(choice.plain),
    }));
  }

  #arrayTest(type: Type): string {
    const array = '(value as readonly unknown[])';
    if (type.kind === 'tuple') {
      const least = type.items.filter(({ optional }) => !optional).length;
      const tests = [`${array}.length >= ${least}`];
      if (type.rest === undefined) tests.push(`${array}.length <= ${type.items.length}`);
      for (const [index, { type: item }] of type.items.slice(0, least).entries())
        tests.push(...this.#looks.tests(item, `${array}[${index}]`));
      return tests.filter((test) => test !== 'true').join(' && ');
    }
    if (type.kind !== 'array') return 'true';
    const tests = this.#looks.tests(type.item, `${array}[0]`);
    return tests.length === 0 ? 'true' : `${array}.length === 0 || (${tests.join(' && ')})`;
  }

  #tagOf(records: readonly RecordDefinition[]): Tag | undefined {
    return tagOf(records, (type) => this.#looks.literals(type));
  }

  #tagOfGroup(group: readonly { readonly plain: Type }[]): Tag | undefined {
    const records = group.flatMap(({ plain }) =>
      plain.kind === 'record' ? [this.#names.record(plain.name)] : [],
    );
    return records.length < group.length ? undefined : this.#tagOf(records);
  }

  /** Of an open one. Where there is none that was reported, and nothing is written to files. */
  #openTag({ open, branches }: UnionType): Tag | undefined {
    return open && this.#tagOfGroup(branches.map((branch) => ({ plain: branch })));
  }

  /** What is open takes objects of other tags. */
  #writeOther({ name, values }: Tag): string[] {
    const args = ['value', quote(name), quote(openKinds(values).join(' or '))];
    return [
      ...layOut(
        { kind: 'call', callee: 'writer.writeOther', args },
        { open: '', close: ';', columns: BODY - 2 },
      ),
      'return;',
    ];
  }

  #readOther(tag: Tag, name: string): string[] {
    const args = [quote(tag.name), quote(openKinds(tag.values).join(' or '))];
    const call = {
      kind: 'call',
      callee: `reader.readOther<${name}>`,
      args: [...args, ...tag.values.map(literalText)],
    } as const;
    return [
      'case -1:',
      ...indent(layOut(call, { open: 'return ', close: ';', columns: COLUMNS - 6 }), 2),
    ];
  }

  /** Where a tag tells records apart, what is wrong is the tag. */
  #refusal(group: readonly Choice[]): string[] {
    const tag = this.#tagOfGroup(group);
    if (tag === undefined) return [];
    const { name, values } = tag;
    const first = group[0] as Choice;
    const place = memberText(`(value as ${typeText(first.type, this.#names)})`, name);
    const mismatch = this.#names.runtime('mismatch');
    return layOut(
      {
        kind: 'call',
        callee: `throw ${this.#names.runtime('within')}`,
        args: [
          `${mismatch}(${quote(expectedText([...new Set(values)]))}, ${place})`,
          quote(fieldSegment(name)),
        ],
      },
      { open: '', close: ';', columns: BODY - 2 },
    );
  }

  read({ type, codec, name }: CompoundUse<UnionType>): string[] {
    const last = type.branches.length - 1;
    const cases = type.branches.flatMap((branch, index) => [
      index === last ? 'default:' : `case ${index}:`,
      ...indent(
        layOut(this.#codec.read(branch), { open: 'return ', close: ';', columns: COLUMNS - 6 }),
        2,
      ),
    ]);
    const expected = quote(this.#expected(type, name));
    const reader = this.#names.runtime('ValueReader');
    const tag = this.#openTag(type);
    const readBranch = tag === undefined ? 'readBranch' : 'readOpenBranch';
    const other = tag === undefined ? [] : this.#readOther(tag, name);
    return [
      `function ${codec.read}(reader: ${reader}): ${name} {`,
      `  switch (reader.${readBranch}(${expected}, ${type.branches.length})) {`,
      ...indent([...other, ...cases], 4),
      '  }',
      '}',
    ];
  }
}

function openness({ plain }: Choice): number {
  return 'open' in plain && plain.open ? 1 : 0;
}
