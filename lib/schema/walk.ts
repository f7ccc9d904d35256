/** Every type that stands in a definition. Twin: python/ringsnake/_schema/walk.py. */
import type { Definition, FunctionType, Type } from './model.js';

export function* typesOf(definition: Definition): Generator<Type> {
  switch (definition.kind) {
    case 'interface':
      for (const method of definition.methods) yield* ofCall(method);
      for (const { type } of definition.data) yield* typesIn(type);
      break;
    case 'record':
    case 'error':
      for (const { type } of definition.fields) yield* typesIn(type);
      if (definition.extra !== undefined) yield* typesIn(definition.extra);
      break;
    case 'type':
      yield* typesIn(definition.type);
      break;
    default:
  }
}

/** The type itself and those inside of it; names are not followed. */
export function* typesIn(type: Type): Generator<Type> {
  yield type;
  switch (type.kind) {
    case 'array':
    case 'set':
      yield* typesIn(type.item);
      break;
    case 'stream':
      yield* typesIn(type.item);
      if (type.takes !== undefined) yield* typesIn(type.takes);
      break;
    case 'nullable':
    case 'undefinable':
    case 'open':
      yield* typesIn(type.inner);
      break;
    case 'map':
      yield* typesIn(type.key);
      yield* typesIn(type.value);
      break;
    case 'dict':
      yield* typesIn(type.value);
      break;
    case 'tuple':
      for (const item of type.items) yield* typesIn(item.type);
      if (type.rest !== undefined) yield* typesIn(type.rest);
      break;
    case 'union':
      for (const branch of type.branches) yield* typesIn(branch);
      break;
    case 'function':
      yield* ofCall(type);
      break;
    default:
  }
}

function* ofCall({
  parameters,
  result,
}: Pick<FunctionType, 'parameters' | 'result'>): Generator<Type> {
  for (const { type } of parameters) yield* typesIn(type);
  yield* typesIn(result);
}
