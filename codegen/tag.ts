/** What tells the records of a union apart. Twin: lib/schema/tag.ts. */
import type { EnumDefinition, LiteralValue, RecordDefinition, Type } from './model.js';

export interface Tag {
  /** Of the field that each of the records requires to be of other literals. */
  readonly name: string;
  /** Of all of them, in their order. */
  readonly values: readonly LiteralValue[];
}

/** `literals` gives the values of a type that has few. */
export function tagOf(
  records: readonly RecordDefinition[],
  literals: (type: Type) => readonly LiteralValue[] | undefined,
): Tag | undefined {
  const [first] = records;
  for (const { name } of first?.fields ?? []) {
    const all = records.map((record) => {
      const field = record.fields.find((each) => each.name === name);
      return field === undefined || field.optional ? undefined : literals(field.type);
    });
    const values = all.flatMap((each) => each ?? []);
    if (!all.includes(undefined) && new Set(values).size === values.length) return { name, values };
  }
  return undefined;
}

/** What types with names are. */
export interface Named {
  enumOf(name: string): Pick<EnumDefinition, 'members'> | undefined;
  aliased(name: string): Type | undefined;
}

/** The values of a type that has few. */
export function literalsOf(type: Type, named: Named): readonly LiteralValue[] | undefined {
  if (type.kind === 'alias') {
    const held = named.aliased(type.name);
    return held && literalsOf(held, named);
  }
  if (type.kind === 'literal') return type.open ? undefined : type.members;
  if (type.kind !== 'enum' || type.open) return undefined;
  return named
    .enumOf(type.name)
    ?.members.filter(({ name }) => type.members === undefined || type.members.includes(name))
    .map(({ value }) => value);
}
