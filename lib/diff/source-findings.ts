/** What breaks code that is written already, in either language, though all that runs can talk. */
import {
  type Definition,
  dataOf,
  type Method,
  type RecordDefinition,
  type Schema,
  type Slot,
} from '../schema/model.js';
import { literalText, methodText, slotText, typeText } from '../schema/text.js';
import type { DiffFinding } from './findings.js';

/** Python names by path, where they are known. */
export type PythonNames = ReadonlyMap<string, string>;

export function sourceFindings(old: Schema, latest: Schema): DiffFinding[] {
  return [...old.definitions.values()].flatMap((definition) => {
    const found = latest.definitions.get(definition.name);
    if (found === undefined || found.kind !== definition.kind) return [removedType(definition)];
    return definitionFindings(definition, found);
  });
}

/** Names that only Python sees. */
export function pythonNameFindings(old: PythonNames, latest: PythonNames): DiffFinding[] {
  return [...old].flatMap(([path, name]) => {
    const found = latest.get(path);
    if (found === undefined || found === name) return [];
    const texts = { old: name, new: found };
    return [finding('renamed-in-python', path, texts, 'has another name in Python')];
  });
}

function removedType({ name, kind }: Definition): DiffFinding {
  const texts = { old: `${kind} ${name}`, new: undefined };
  return finding('removed-type', name, texts, 'is imported by that name');
}

function definitionFindings(old: Definition, latest: Definition): DiffFinding[] {
  if (old.kind === 'interface' && latest.kind === 'interface')
    return [
      ...interfaceFindings(old.name, old.methods, latest.methods),
      ...fieldFindings(dataOf(old), dataOf(latest), old.name),
    ];
  if (isRecord(old) && isRecord(latest)) return fieldFindings(old, latest);
  if (old.kind === 'enum' && latest.kind === 'enum') {
    const names = new Set(latest.members.map(({ name }) => name));
    return old.members
      .filter(({ name }) => !names.has(name))
      .map(({ name, value }) =>
        finding(
          'removed-member',
          `${old.name}.${name}`,
          { old: literalText(value), new: undefined },
          'is used by that name',
        ),
      );
  }
  if (old.kind !== 'type' || latest.kind !== 'type') return [];
  const texts = { old: typeText(old.type), new: typeText(latest.type) };
  return texts.old === texts.new ? [] : [changed(old.name, texts)];
}

function interfaceFindings(
  name: string,
  old: readonly Method[],
  latest: readonly Method[],
): DiffFinding[] {
  const before = new Map(old.map((method) => [method.name, method]));
  return latest.flatMap((method) => {
    const found = before.get(method.name);
    const path = `${name}.${method.name}`;
    if (found !== undefined) return callFindings(path, found, method);
    const texts = { old: undefined, new: methodText(method) };
    return [finding('added-method', path, texts, 'is lacking where it is implemented')];
  });
}

function callFindings(path: string, old: Method, latest: Method): DiffFinding[] {
  const slots = old.parameters.flatMap((slot, i): DiffFinding[] => {
    const found = latest.parameters[i];
    const place = `${path}(${slot.name})`;
    if (found === undefined) {
      const texts = { old: slotText(slot), new: undefined };
      return [finding('removed-parameter', place, texts, 'is given by callers')];
    }
    if (found.name === slot.name) return slotFindings(place, slot, found);
    const texts = { old: slot.name, new: found.name };
    const renamed = finding('renamed-parameter', place, texts, 'has another name');
    return [renamed, ...slotFindings(place, { ...slot, name: found.name }, found)];
  });
  const results = { old: typeText(old.result), new: typeText(latest.result) };
  return results.old === results.new ? slots : [...slots, changed(`${path}()`, results)];
}

function fieldFindings(
  old: RecordDefinition,
  latest: RecordDefinition,
  owner = old.name,
): DiffFinding[] {
  const before = new Map(old.fields.map((field) => [field.name, field]));
  const after = new Map(latest.fields.map((field) => [field.name, field]));
  const gone = old.fields.filter(({ name }) => !after.has(name));
  return [
    ...gone.map((field) =>
      finding(
        'removed-field',
        `${owner}.${field.name}`,
        { old: slotText(field), new: undefined },
        'is given or read',
      ),
    ),
    ...latest.fields.flatMap((field) => {
      const found = before.get(field.name);
      const path = `${owner}.${field.name}`;
      if (found !== undefined) return slotFindings(path, found, field);
      if (field.optional) return [];
      const texts = { old: undefined, new: slotText(field) };
      return [
        finding('added-required-field', path, texts, 'is lacking where such a record is made'),
      ];
    }),
  ];
}

function slotFindings(path: string, old: Slot, latest: Slot): DiffFinding[] {
  const texts = { old: slotText(old), new: slotText(latest) };
  if (texts.old === texts.new) return [];
  if (typeText(old.type) !== typeText(latest.type)) return [changed(path, texts)];
  return latest.optional
    ? [finding('became-optional', path, texts, 'is read as if it were always there')]
    : [finding('became-required', path, texts, 'is left out')];
}

function changed(path: string, texts: Texts): DiffFinding {
  return finding('changed-type', path, texts, 'is of another type');
}

interface Texts {
  readonly old: string | undefined;
  readonly new: string | undefined;
}

function finding(key: string, path: string, texts: Texts, reason: string): DiffFinding {
  return { key, level: 'source', path, ...texts, reason, breaks: [] };
}

function isRecord(definition: Definition): definition is RecordDefinition {
  return definition.kind === 'record' || definition.kind === 'error';
}
