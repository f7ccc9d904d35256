/** `@packed`: an array of numbers that travels as a `Float64Array`. */
import type { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { ParameterType } from '../model.js';
import { withParts } from '../parts.js';
import { typeText } from '../schema.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail } from './position.js';

/** The same type, of packed arrays. Reported, and the type as it was, where there is none. */
export function packed<T extends ParameterType>(
  inspection: ModuleInspection,
  type: T,
  { tag, trail }: { readonly tag: ts.Node; readonly trail: Trail },
): T {
  let isPacked = false;
  const pack = <P extends ParameterType>(part: P): P => {
    if (part.kind !== 'array' || part.item.kind !== 'number') return withParts(part, pack) as P;
    isPacked = true;
    return {
      kind: 'typedArray',
      name: 'Float64Array',
      packed: part.readonly ? 'readonly' : 'array',
    } as P;
  };
  const found = pack(type);
  if (!isPacked) {
    const place = { position: positionOf(tag), reachedFrom: trail.toString() };
    inspection.report(diagnostic('RSG186', [typeText(type)], place));
  }
  return found;
}
