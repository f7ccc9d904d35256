/** What two schemas have in common: what says the same there, also in all that it reaches. Twin: python/ringsnake/_schema/unchanged.py. */
import type { Definition, FunctionType, Schema, Slot, Type } from './model.js';
import { functionText, literalText, slotText, typeText } from './text.js';
import { typesIn, typesOf } from './walk.js';

/** The names of one schema that do not mean the same in the other. */
export function changedNames(schema: Schema, other: Schema): ReadonlySet<string> {
  const changed = new Set<string>();
  const users = new Map<string, string[]>();
  for (const [name, definition] of schema.definitions) {
    const found = other.definitions.get(name);
    if (found === undefined || definitionText(found) !== definitionText(definition))
      changed.add(name);
    for (const used of namesIn(definition)) addTo(users, used, name);
  }
  // A set is iterated to its end, also over what is added meanwhile.
  for (const name of changed) for (const user of users.get(name) ?? []) changed.add(user);
  return changed;
}

/** Whether a type of one schema is the other's of that text. */
export function isUnchanged(type: Type, other: Type, changed: ReadonlySet<string>): boolean {
  if (typeText(type) !== typeText(other)) return false;
  for (const each of typesIn(type)) if ('name' in each && changed.has(each.name)) return false;
  return true;
}

/** Whether all that crosses in a call is. */
export function isUnchangedCall(
  call: Omit<FunctionType, 'kind'>,
  other: Omit<FunctionType, 'kind'>,
  changed: ReadonlySet<string>,
): boolean {
  const { parameters, result } = other;
  return (
    call.parameters.length === parameters.length &&
    isUnchanged(call.result, result, changed) &&
    call.parameters.every((slot, i) => {
      const found = parameters[i] as Slot;
      return slotText(slot) === slotText(found) && isUnchanged(slot.type, found.type, changed);
    })
  );
}

export function definitionText(definition: Definition): string {
  const lines = [`${definition.kind} ${definition.name}`];
  switch (definition.kind) {
    case 'interface':
      for (const { name, throws, ...call } of definition.methods)
        lines.push(`${JSON.stringify(name)} ${functionText(call)} ${throws.join()}`);
      lines.push(...definition.data.map((slot) => `readonly ${slotText(slot)}`));
      break;
    case 'enum':
      for (const { name, value } of definition.members)
        lines.push(`${JSON.stringify(name)} ${literalText(value)}`);
      break;
    case 'type':
      lines.push(typeText(definition.type));
      break;
    default:
      lines.push(...definition.fields.map(slotText));
      if (definition.extra !== undefined) lines.push(`[string]: ${typeText(definition.extra)}`);
  }
  return lines.join('\n');
}

function namesIn(definition: Definition): Set<string> {
  const names = new Set<string>();
  for (const type of typesOf(definition)) if ('name' in type) names.add(type.name);
  if (definition.kind === 'interface')
    for (const { throws } of definition.methods) for (const name of throws) names.add(name);
  return names;
}

function addTo(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
