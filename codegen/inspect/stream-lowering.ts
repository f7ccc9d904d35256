/** `AsyncIterable<T>` and its like, as a whole parameter or result → streams. */
import { ts } from 'ts-morph';
import type { StreamType } from '../model.js';
import { isCrossingStream, isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { follow } from './nodes.js';
// biome-ignore lint/suspicious/noImportCycles: a stream's items have types, and a type may be a function, which has parameters.
import { lowerType, type Site } from './type-lowering.js';

/** Undefined for any other type; `refused` where its items cannot cross, which was reported. */
export function lowerStream(
  inspection: ModuleInspection,
  type: ts.Type,
  site: Site & { readonly node: ts.TypeNode | undefined },
): StreamType | 'refused' | undefined {
  const { checker, program } = inspection;
  const { symbol } = type;
  if (!isLibrarySymbol(symbol, program) || !isCrossingStream(symbol)) return undefined;
  const [item] = checker.getTypeArguments(type as ts.TypeReference);
  if (item === undefined) return undefined;
  const written = follow(site.node, checker);
  const node =
    written !== undefined && ts.isTypeReferenceNode(written)
      ? written.typeArguments?.[0]
      : undefined;
  const lowered = lowerType(inspection, item, { ...site, node, optional: false });
  if (lowered === undefined) return 'refused';
  return { kind: 'stream', item: lowered, web: symbol.name === 'ReadableStream', received: false };
}
