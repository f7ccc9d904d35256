/** `@int`, `@open`, `@packed`, `@view` and `@default`: what authors say of values that types cannot say. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { LiteralValue, ParameterType, Type } from '../model.js';
import { withParts } from '../parts.js';
import { typeText } from '../schema.js';
import type { ModuleInspection } from './module-inspection.js';
import { opened } from './open-tag.js';
import { packed } from './packed-tag.js';
import { positionOf, type Trail } from './position.js';
import { viewed } from './view-tag.js';

interface Tagged<T extends ParameterType> {
  readonly type: T;
  readonly default: LiteralValue | undefined;
}

/** The type of a field or parameter as its tags have it, and its default. */
export function tagged<T extends ParameterType>(
  inspection: ModuleInspection,
  declaration: ts.Node,
  {
    type,
    optional,
    trail,
  }: { readonly type: T; readonly optional: boolean; readonly trail: Trail },
): Tagged<T> {
  const tags = ts.getJSDocTags(declaration);
  const find = (name: string) => tags.find(({ tagName }) => tagName.text === name);
  const whole = find('int') === undefined ? type : integers(type);
  const open = find('open');
  const known = open === undefined ? whole : opened(inspection, whole, { tag: open, trail });
  const pack = find('packed');
  const dense = pack === undefined ? known : packed(inspection, known, { tag: pack, trail });
  const view = find('view');
  const held = view === undefined ? dense : viewed(inspection, dense, { tag: view, trail });
  const tag = find('default');
  // On what is required it says what a caller may think of: `Required<T>` has the comments of `T`.
  if (tag === undefined || !optional) return { type: held, default: undefined };
  const text = (ts.getTextOfJSDocComment(tag.comment) ?? '').trim();
  const value = literalOf(text);
  if (value !== undefined && accepts(held, value, inspection))
    return { type: held, default: value };
  const place = { position: positionOf(tag), reachedFrom: trail.toString() };
  inspection.report(diagnostic('RSG177', [text, typeText(held)], place));
  return { type: held, default: undefined };
}

/** The same type, of whole numbers. */
export function integers<T extends ParameterType>(type: T): T {
  if (type.kind === 'number') return { kind: 'integer' } as T;
  return withParts(type, integers) as T;
}

/** `5`, `true`, `"a"`, `'a'`; code spans are taken off. */
function literalOf(text: string): LiteralValue | undefined {
  const plain = text.replace(/^`(.*)`$/, '$1').replace(/^'((?:[^'"\\])*)'$/, '"$1"');
  try {
    const value: unknown = JSON.parse(plain);
    const isLiteral = ['string', 'number', 'boolean'].includes(typeof value);
    return isLiteral ? (value as LiteralValue) : undefined;
  } catch {
    return undefined;
  }
}

function accepts(type: ParameterType, value: LiteralValue, inspection: ModuleInspection): boolean {
  const inner = (part: Type) => accepts(part, value, inspection);
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type.kind;
    case 'integer':
      return Number.isSafeInteger(value);
    case 'literal':
      return type.members.includes(value);
    case 'enum': {
      const members = inspection.enums.find(({ name }) => name === type.name)?.members ?? [];
      const named = members.filter(({ name }) => type.members?.includes(name) ?? true);
      return named.some((member) => member.value === value);
    }
    case 'nullable':
    case 'undefinable':
      return inner(type.inner);
    default:
      return false;
  }
}
