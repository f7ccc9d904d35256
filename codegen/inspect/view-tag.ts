/** `@view`: bytes that Python looks at where they lie. */
import type { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { ParameterType } from '../model.js';
import { withParts } from '../parts.js';
import { typeText } from '../schema.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail } from './position.js';

/** The same type, of bytes that are looked at. Reported, and the type as it was, where there are none. */
export function viewed<T extends ParameterType>(
  inspection: ModuleInspection,
  type: T,
  { tag, trail }: { readonly tag: ts.Node; readonly trail: Trail },
): T {
  let isViewed = false;
  const view = <P extends ParameterType>(part: P): P => {
    if (part.kind !== 'bytes') return withParts(part, view) as P;
    isViewed = true;
    return { ...part, view: true };
  };
  const found = view(type);
  if (!isViewed) {
    const place = { position: positionOf(tag), reachedFrom: trail.toString() };
    inspection.report(diagnostic('RSG187', [typeText(type)], place));
  }
  return found;
}
