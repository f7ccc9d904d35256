/** What tells the records of a union apart. Twin: python/ringsnake/_schema/tag.py. */
import { type Literal, type RecordDefinition, resolve, type Schema, type Type } from './model.js';

/** A field that each of the records requires to be of other literals. */
export interface Tag {
  readonly name: string;
  /** Its values in each of the records. */
  readonly members: readonly (readonly Literal[])[];
}

export function tagOf(records: readonly RecordDefinition[], schema: Schema): Tag | undefined {
  const [first] = records;
  for (const { name } of first?.fields ?? []) {
    const members = records.map((record) => tagValues(record, name, schema) ?? []);
    const all = members.flat();
    if (members.every(({ length }) => length > 0) && new Set(all).size === all.length)
      return { name, members };
  }
  return undefined;
}

/** Of a union of records; undefined of any other. */
export function tagOfUnion(branches: readonly Type[], schema: Schema): Tag | undefined {
  const records = branches.flatMap((branch) => recordOf(branch, schema) ?? []);
  return records.length < branches.length ? undefined : tagOf(records, schema);
}

/** The literals that a record requires a field to be one of. */
export function tagValues(
  { fields }: RecordDefinition,
  name: string,
  schema: Schema,
): readonly Literal[] | undefined {
  const field = fields.find((each) => each.name === name);
  if (field === undefined || field.optional) return undefined;
  const { type, isNullable, isUndefinable } = resolve(field.type, schema);
  const isExact = type?.kind === 'literals' && !type.isOpen && !isNullable && !isUndefinable;
  return isExact ? type.members : undefined;
}

export function recordOf(type: Type, schema: Schema): RecordDefinition | undefined {
  const { type: shape } = resolve(type, schema);
  return shape?.kind === 'record' ? shape : undefined;
}
