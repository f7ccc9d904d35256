/** The types that a type is made of, without those that it only names. */
import type {
  Branch,
  NullableType,
  ResultType,
  TupleType,
  Type,
  UndefinableType,
} from './model.js';

export function partsOf(type: ResultType): readonly Type[] {
  switch (type.kind) {
    case 'array':
    case 'set':
      return [type.item];
    case 'stream':
      return type.takes === undefined ? [type.item] : [type.item, type.takes];
    case 'map':
      return [type.key, type.value];
    case 'dict':
      return [type.value];
    case 'tuple':
      return [
        ...type.items.map((item) => item.type),
        ...(type.rest === undefined ? [] : [type.rest]),
      ];
    case 'union':
      return type.branches;
    case 'nullable':
    case 'undefinable':
      return [type.inner];
    default:
      return [];
  }
}

/** The same type, of other parts. */
export function withParts<T extends ResultType>(type: T, change: (part: Type) => Type): ResultType {
  switch (type.kind) {
    case 'array':
    case 'set':
      return { ...type, item: change(type.item) };
    case 'stream': {
      const { generator, takes } = type;
      const parts = generator && {
        item: change(generator.item),
        returns: generator.returns && change(generator.returns),
        takes: generator.takes && change(generator.takes),
      };
      return {
        ...type,
        item: change(type.item),
        ...(parts && { generator: parts }),
        ...(takes && { takes: change(takes) as TupleType }),
      };
    }
    case 'map':
      return { ...type, key: change(type.key), value: change(type.value) };
    case 'dict':
      return { ...type, value: change(type.value) };
    case 'tuple': {
      const items = type.items.map((item) => ({ ...item, type: change(item.type) }));
      return { ...type, items, rest: type.rest && change(type.rest) };
    }
    case 'union':
      return { ...type, branches: type.branches.map((branch) => change(branch) as Branch) };
    case 'nullable':
      return { ...type, inner: change(type.inner) as NullableType['inner'] };
    case 'undefinable':
      return { ...type, inner: change(type.inner) as UndefinableType['inner'] };
    default:
      return type;
  }
}
