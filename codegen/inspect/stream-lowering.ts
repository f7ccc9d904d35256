/** `AsyncIterable<T>` and its like, as a whole parameter or result → streams. */
import { ts } from 'ts-morph';
import type { StreamType, TupleType, Type } from '../model.js';
import { isCrossingStream, isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { argumentNodes, hasFlag } from './nodes.js';
// biome-ignore lint/suspicious/noImportCycles: a stream's items have types, and a type may be a function, which has parameters.
import { lowerType, type Site } from './type-lowering.js';

interface StreamSite extends Site {
  readonly node: ts.TypeNode | undefined;
}

/** Undefined for any other type; `refused` where it cannot cross, which was reported. */
export function lowerStream(
  inspection: ModuleInspection,
  type: ts.Type,
  site: StreamSite,
): StreamType | 'refused' | undefined {
  const { checker, program } = inspection;
  const { symbol } = type;
  if (!isLibrarySymbol(symbol, program) || !isCrossingStream(symbol)) return undefined;
  const [item, ...others] = checker.getTypeArguments(type as ts.TypeReference);
  if (item === undefined) return undefined;
  const nodes = argumentNodes(site.node, checker);
  const { label } = site;
  const lower = (part: ts.Type, place: number, name: string) =>
    lowerType(inspection, part, { ...site, label: name, node: nodes[place], optional: false });
  const lowered = lower(item, 0, label);
  if (lowered === undefined) return 'refused';
  const web = symbol.name === 'ReadableStream';
  const plain: StreamType = { kind: 'stream', item: lowered, web, received: false };
  const [returned, sent] = others.map((part) => (isSomething(part) ? part : undefined));
  if (web || (returned === undefined && sent === undefined)) return plain;
  const returns = returned && lower(returned, 1, `${label}Returned`);
  const takes = sent && lower(sent, 2, `${label}Taken`);
  if (returned !== undefined && returns === undefined) return 'refused';
  if (sent !== undefined && takes === undefined) return 'refused';
  const generator = { item: lowered, returns, takes };
  return {
    ...plain,
    item: returns === undefined ? lowered : stepOf(lowered, returns, label),
    generator,
    ...(takes && { takes: sentOf(takes, label) }),
  };
}

/** Neither nothing nor anything: what is declared so was not thought of. */
function isSomething(type: ts.Type): boolean {
  const { Any, Unknown, Void, Undefined, Never } = ts.TypeFlags;
  return !hasFlag(type, Any | Unknown | Void | Undefined | Never);
}

/** An array of one item, or of what is returned and a mark. */
function stepOf(item: Type, returns: Type, label: string): Type {
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

/** An array of no value or one: what `next()` was given. */
function sentOf(type: Type, label: string): TupleType {
  const items = [{ type, optional: true, label: 'value' }];
  return { kind: 'tuple', items, rest: undefined, readonly: true, label: `${label}Sent` };
}
