/** `AsyncIterable<T>` and its like, as a whole parameter or result → streams. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { GeneratorParts, StreamType, Type } from '../model.js';
import { isCrossingStream, isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { argumentNodes, hasFlag } from './nodes.js';
import { positionOf, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: a stream's items have types, and a type may be a function, which has parameters.
import { lowerType, type Site } from './type-lowering.js';

interface StreamSite extends Site {
  readonly node: ts.TypeNode | undefined;
  /** Of a parameter only the items are asked for. */
  readonly isResult: boolean;
}

/** Undefined for any other type; `refused` where it cannot cross, which was reported. */
export function lowerStream(
  inspection: ModuleInspection,
  type: ts.Type,
  { isResult, ...site }: StreamSite,
): StreamType | 'refused' | undefined {
  const { checker, program } = inspection;
  const { symbol } = type;
  if (!isLibrarySymbol(symbol, program) || !isCrossingStream(symbol)) return undefined;
  const [item, returned, sent] = checker.getTypeArguments(type as ts.TypeReference);
  if (item === undefined) return undefined;
  const [node, returnedNode] = argumentNodes(site.node, checker);
  const web = symbol.name === 'ReadableStream';
  if (isResult && !web && isSomething(sent)) {
    const place = { position: positionOf(site.at), reachedFrom: site.trail.toString() };
    const details = [typeText(type, checker), typeText(sent, checker)];
    inspection.report(diagnostic('RSG180', details, place));
    return 'refused';
  }
  const lowered = lowerType(inspection, item, { ...site, node, optional: false });
  if (lowered === undefined) return 'refused';
  const plain: StreamType = { kind: 'stream', item: lowered, web, received: false };
  if (!isResult || web || !isSomething(returned)) return plain;
  const { label } = site;
  const returns = lowerType(inspection, returned, {
    ...site,
    label: `${label}Returned`,
    node: returnedNode,
    optional: false,
  });
  if (returns === undefined) return 'refused';
  const generator = { item: lowered, returns };
  return { ...plain, item: stepOf(generator, label), generator };
}

/** Neither nothing nor anything: what is declared so was not thought of. */
function isSomething(type: ts.Type | undefined): type is ts.Type {
  const { Any, Unknown, Void, Undefined, Never } = ts.TypeFlags;
  return type !== undefined && !hasFlag(type, Any | Unknown | Void | Undefined | Never);
}

/** An array of one item, or of what is returned and a mark. */
function stepOf({ item, returns }: GeneratorParts, label: string): Type {
  const last: Type = { kind: 'literal', label: `${label}IsReturned`, members: [true] };
  const tuple = (types: readonly Type[], name: string) =>
    ({
      kind: 'tuple',
      items: types.map((type) => ({ type, optional: false, label: undefined })),
      rest: undefined,
      readonly: true,
      label: name,
    }) as const;
  const branches = [tuple([item], `${label}Yielded`), tuple([returns, last], `${label}End`)];
  return { kind: 'union', label: `${label}Step`, branches };
}
