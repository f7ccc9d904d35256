/** Unions: what is left of them once literals, members of enumerations and `true | false` are taken together. */
import { ts } from 'ts-morph';
import type { Branch, EnumType, LiteralType, TemplateType, Type } from '../model.js';
import { lowerEnum } from './enum-lowering.js';
import { isBoolean, isLiteral, isWrittenOpen, orderedMembers } from './literals.js';
import type { ModuleInspection } from './module-inspection.js';
import { hasFlag, partsOf, unionNodes } from './nodes.js';
import { isOfRecords, openUnion } from './open-tag.js';

const { TypeFlags } = ts;

export interface UnionParts {
  /** Neither null nor undefined. */
  readonly parts: readonly ts.Type[];
  readonly node: ts.TypeNode | undefined;
  readonly label: string;
  /** Where it is written, or used if it is written nowhere. */
  readonly at: ts.Node;
  /** Lowers one part of another kind; `which` tells it from the others. */
  readonly lower: (
    part: ts.Type,
    place: { node: ts.TypeNode | undefined; label: string },
  ) => Type | undefined;
}

/** Undefined where a part was refused. */
export function lowerUnion(inspection: ModuleInspection, union: UnionParts): Type | undefined {
  const type = branchesOf(inspection, union)?.type(union.label);
  if (type?.kind === 'union') inspection.unions.push({ type, at: union.at });
  // One of more branches than an open alias has is open, too.
  const isOpen =
    type !== undefined && isOfRecords(type) && isWrittenOpen(union.node, inspection.checker);
  return isOpen ? openUnion(inspection, type, union.at) : type;
}

function branchesOf(inspection: ModuleInspection, union: UnionParts): BranchList | undefined {
  const branches = new BranchList(inspection);
  const { checker } = inspection;
  const literals = union.parts.filter(isLiteral);
  const booleans = literals.filter((part) => hasFlag(part, TypeFlags.BooleanLiteral));
  const rests = literals.length === 0 ? [] : union.parts.filter(isAnyOther);
  const others = isBoolean(booleans)
    ? literals.filter((part) => !booleans.includes(part))
    : literals;
  let failed = false;
  let rank = 0;
  const nodes = unionNodes(union.node, checker);
  const parts = union.parts.filter((part) => !rests.includes(part));
  const first = firstOf(others, union.parts);
  // All literals are one branch, where the first of them stands.
  const distinct = parts.filter((part) => part === first || !others.includes(part));
  for (const part of inWrittenOrder(distinct, nodes, checker)) {
    if (part === first) {
      branches.add(literalBranch(union, others, { isWide: rests.length > 0, checker }));
    } else if (booleans.includes(part)) branches.add({ kind: 'boolean' });
    else if (hasFlag(part, TypeFlags.EnumLike)) {
      const found = lowerEnum(inspection, part);
      if (found === undefined) failed = true;
      else branches.addEnum(found);
    } else {
      rank += 1;
      const node = nodes.find((each) => checker.getTypeFromTypeNode(each) === part);
      const lowered = union.lower(part, { node, label: `${union.label}${rank}` });
      if (lowered === undefined) failed = true;
      else branches.add(lowered);
    }
  }
  return failed ? undefined : branches;
}

function literalBranch(
  { node, label }: UnionParts,
  literals: readonly ts.Type[],
  { isWide, checker }: { readonly isWide: boolean; readonly checker: ts.TypeChecker },
): LiteralType {
  const literal = {
    kind: 'literal',
    label,
    members: orderedMembers(literals, node, checker),
  } as const;
  if (isWide) return { ...literal, open: true, wide: true };
  return isWrittenOpen(node, checker) ? { ...literal, open: true } : literal;
}

/** `string & {}`, which keeps the literals beside it: the usual way to say that there are others. */
function isAnyOther(type: ts.Type): boolean {
  if (!type.isIntersection()) return false;
  const plain = type.types.filter((part) => hasFlag(part, TypeFlags.String | TypeFlags.Number));
  const empty = type.types.filter(
    (part) => hasFlag(part, TypeFlags.Object) && part.getProperties().length === 0,
  );
  return plain.length === 1 && type.types.length === 2 && empty.length === 1;
}

/** The checker's order depends on what it met first, anywhere; that of the nodes does not. What they do not show comes last. */
function inWrittenOrder(
  parts: readonly ts.Type[],
  nodes: readonly ts.TypeNode[],
  checker: ts.TypeChecker,
): readonly ts.Type[] {
  const places = new Map<ts.Type, number>();
  for (const [place, node] of nodes.entries()) {
    for (const part of partsOf(checker.getTypeFromTypeNode(node)))
      if (!places.has(part)) places.set(part, place);
  }
  const hidden = parts
    .filter((part) => !places.has(part))
    .map((part) => ({ part, key: sortKey(part, checker) }));
  hidden.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (const { part } of hidden) places.set(part, nodes.length + places.size);
  return [...parts].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function sortKey(type: ts.Type, checker: ts.TypeChecker): string {
  const declaration = (type.aliasSymbol ?? type.symbol)?.declarations?.[0];
  const place =
    declaration === undefined
      ? ''
      : `${declaration.getSourceFile().fileName}:${String(declaration.pos).padStart(9, '0')}`;
  return `${place} ${checker.typeToString(type)}`;
}

function firstOf(some: readonly ts.Type[], all: readonly ts.Type[]): ts.Type | undefined {
  return all.find((part) => some.includes(part));
}

/** Branches that values can be told apart by; equal ones once. */
class BranchList {
  readonly #branches: Branch[] = [];
  /** Their texts: a union may have a thousand. */
  readonly #known = new Set<string>();
  readonly #enums = new Map<string, string[]>();
  readonly #sizeOf: (name: string) => number;
  readonly #isOpen: (name: string) => boolean;

  constructor(inspection: ModuleInspection) {
    this.#sizeOf = (name) => inspection.enumSize(name);
    this.#isOpen = (name) => inspection.isOpenEnum(name);
  }

  add(type: Type): void {
    // A part is no union itself, but what it stands for may be one.
    if (type.kind === 'union') for (const branch of type.branches) this.add(branch);
    else if (type.kind === 'nullable' || type.kind === 'undefinable') this.add(type.inner);
    else if (type.kind === 'template') this.#addTemplate(type);
    else {
      const text = JSON.stringify(type);
      if (!this.#known.has(text)) this.#branches.push(type);
      this.#known.add(text);
    }
  }

  /** Strings of one form or another are one branch. */
  #addTemplate(type: TemplateType): void {
    const at = this.#branches.findIndex(({ kind }) => kind === 'template');
    const known = this.#branches[at];
    if (known?.kind !== 'template') {
      this.#branches.push(type);
      return;
    }
    const text = `${known.text} | ${type.text}`;
    this.#branches[at] = { ...known, text, pattern: `${known.pattern}|${type.pattern}` };
  }

  addEnum(found: EnumType): void {
    const known = this.#enums.get(found.name);
    if (known === undefined) this.#branches.push(found);
    this.#enums.set(found.name, [...(known ?? []), ...(found.members ?? [])]);
  }

  type(label: string): Type | undefined {
    const branches = withoutAbsorbed(this.#branches).map((branch) =>
      branch.kind === 'enum' ? this.#wholeEnum(branch) : branch,
    );
    const [only] = branches;
    return branches.length === 1 ? only : { kind: 'union', label, branches };
  }

  #wholeEnum(branch: EnumType): EnumType {
    const members = this.#enums.get(branch.name) ?? [];
    const isWhole = members.length === 0 || members.length === this.#sizeOf(branch.name);
    const { open, ...closed } = branch;
    return isWhole
      ? { ...closed, members: undefined, ...(this.#isOpen(branch.name) ? { open: true } : {}) }
      : { ...closed, members };
  }
}

/** `'a' | string` is a string. */
function withoutAbsorbed(branches: readonly Branch[]): readonly Branch[] {
  const kinds = new Set(branches.map(({ kind }) => kind));
  if (kinds.has('unknown')) return [{ kind: 'unknown' }];
  return branches.filter((branch) => {
    if (branch.kind === 'template') return !kinds.has('string');
    if (branch.kind !== 'literal') return true;
    return !branch.members.every(
      (member) =>
        (typeof member === 'string' && kinds.has('string')) ||
        (typeof member === 'number' && (kinds.has('number') || kinds.has('integer'))) ||
        (typeof member === 'boolean' && kinds.has('boolean')),
    );
  });
}
