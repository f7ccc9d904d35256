/** Findings as text for people. */
import type { Clash, Finding, Side } from './finding.js';

const REASONS: Readonly<Record<Clash, string>> = {
  method: 'is not served',
  order: 'parameters have changed their places',
  parameter: 'is required, and not given',
  field: 'is required, and not sent',
  absent: 'may be absent, and is required',
  null: 'may be null, which is not expected',
  member: 'has a member that is not known',
  open: 'may have members that nobody knows yet',
  branch: 'has a branch that is not known',
  type: 'is of another type',
  index: 'is a field here and part of an index signature there',
  carrying: 'cannot be made over',
};

const WAYS: Readonly<Record<Side, string>> = { client: 'to the server', server: 'to the caller' };

/** One paragraph for each; `-` what the client has, `+` what the server has. */
export function differenceText(findings: readonly Finding[]): string {
  return findings.map(findingText).join('\n');
}

function findingText(finding: Finding): string {
  const { path, client, server } = finding;
  const lines = [`${path}: ${reasonText(finding)}`];
  if (client !== undefined) lines.push(`- ${client}`);
  if (server !== undefined) lines.push(`+ ${server}`);
  return lines.join('\n');
}

/** Why it cannot work, as the end of a sentence. */
export function reasonText({ clash, writer, note }: Finding): string {
  const reason = `${REASONS[clash]}${note === '' ? '' : ` (${note})`}`;
  return clash === 'method' ? reason : `${reason}, on its way ${WAYS[writer]}`;
}
