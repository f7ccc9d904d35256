/** Findings for people, and for programs. */
import type { DiffFinding, Meeting } from './findings.js';

const MEETINGS: Readonly<Record<Meeting, string>> = {
  'old-client-new-server': 'old clients of a new server',
  'new-client-old-server': 'new clients of an old server',
};

export function formatFindings(found: readonly DiffFinding[], format: 'text' | 'json'): string {
  if (format === 'json') {
    const findings = found.map((each) => ({
      ...each,
      old: each.old ?? null,
      new: each.new ?? null,
    }));
    return `${JSON.stringify({ breaking: found.length > 0, findings }, undefined, 2)}\n`;
  }
  if (found.length === 0) return 'nothing breaks\n';
  const count = found.length === 1 ? '1 change breaks' : `${found.length} changes break`;
  return `${found.map(findingText).join('\n')}\n${count} what is there\n`;
}

function findingText({ key, path, old, new: latest, reason, breaks, level }: DiffFinding): string {
  const whom =
    level === 'source'
      ? 'code that is written'
      : breaks.map((meeting) => MEETINGS[meeting]).join(', ');
  return [
    `${key} ${path}`,
    ...(old === undefined ? [] : [`  - ${old}`]),
    ...(latest === undefined ? [] : [`  + ${latest}`]),
    `  ${reason}; breaks ${whom}`,
    '',
  ].join('\n');
}
