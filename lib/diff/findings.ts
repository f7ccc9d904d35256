/** What has become different from an old schema to a new one, and whom that breaks. */
import { incompatibilities } from '../schema/compatibility.js';
import { reasonText } from '../schema/difference.js';
import type { Clash, Finding, Side } from '../schema/finding.js';
import type { Schema } from '../schema/model.js';

/** Who meets whom: which side was brought up to date first. */
export type Meeting = 'old-client-new-server' | 'new-client-old-server';

/** `wire`: what is running cannot talk any more; `source`: what is written does not compile, or run, any more. */
export type Level = 'wire' | 'source';

export interface DiffFinding {
  /** For ignore files. */
  readonly key: string;
  readonly level: Level;
  readonly path: string;
  /** Undefined: it has not been there, or is no more. */
  readonly old: string | undefined;
  readonly new: string | undefined;
  readonly reason: string;
  /** Who meets whom in vain; of the level `source`, nobody. */
  readonly breaks: readonly Meeting[];
}

/** By whether it is the new schema that writes the value, or calls. */
const KEYS: Readonly<Record<Clash, { readonly newWrites: string; readonly oldWrites: string }>> = {
  method: { newWrites: 'added-method', oldWrites: 'removed-method' },
  order: { newWrites: 'reordered-parameters', oldWrites: 'reordered-parameters' },
  parameter: { newWrites: 'removed-parameter', oldWrites: 'added-required-parameter' },
  field: { newWrites: 'removed-field', oldWrites: 'added-required-field' },
  absent: { newWrites: 'became-optional', oldWrites: 'became-required' },
  null: { newWrites: 'became-nullable', oldWrites: 'became-non-null' },
  member: { newWrites: 'added-member', oldWrites: 'removed-member' },
  open: { newWrites: 'became-open', oldWrites: 'became-closed' },
  branch: { newWrites: 'added-branch', oldWrites: 'removed-branch' },
  type: { newWrites: 'changed-type', oldWrites: 'changed-type' },
  index: { newWrites: 'changed-index-signature', oldWrites: 'changed-index-signature' },
  carrying: { newWrites: 'cannot-carry', oldWrites: 'cannot-carry' },
};

/** Of one interface. Throws SchemaProblem when there is too much to compare. */
export function wireFindings(old: Schema, latest: Schema): DiffFinding[] {
  const found = [
    ...incompatibilities(old, latest).map((each) => wireFinding(each, 'client')),
    ...incompatibilities(latest, old).map((each) => wireFinding(each, 'server')),
  ];
  return merged(found);
}

/** One finding for what breaks both ways. */
export function merged(findings: readonly DiffFinding[]): DiffFinding[] {
  const known = new Map<string, DiffFinding>();
  for (const each of findings) {
    const key = JSON.stringify([each.key, each.level, each.path, each.old, each.new]);
    const same = known.get(key);
    if (same === undefined) known.set(key, each);
    else known.set(key, { ...same, breaks: [...new Set([...same.breaks, ...each.breaks])] });
  }
  return [...known.values()];
}

/** `old` is the side that has the old schema. */
function wireFinding(found: Finding, old: Side): DiffFinding {
  const { clash, path, client, server, writer } = found;
  const keys = KEYS[clash];
  const isOldClient = old === 'client';
  return {
    key: writer === old ? keys.oldWrites : keys.newWrites,
    level: 'wire',
    path,
    old: isOldClient ? client : server,
    new: isOldClient ? server : client,
    reason: reasonText(found),
    breaks: [isOldClient ? 'old-client-new-server' : 'new-client-old-server'],
  };
}
