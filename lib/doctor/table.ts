/** One line of what the doctor found. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'bad' | 'absent';
  readonly found: string;
  /** What mends it: a command or a sentence. */
  readonly mend?: string | undefined;
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok', bad: 'NO', absent: '-' };

/** A heading, and a line for each finding with aligned columns. What mends a finding stands below it. */
export function formatFindings(heading: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, state, found, mend }) => {
    const line = `  ${name.padEnd(width)}  ${MARKS[state]}  ${found}`;
    return state === 'ok' || mend === undefined
      ? [line]
      : [line, `  ${' '.repeat(width)}      -> ${mend}`];
  });
  return `${heading}\n${lines.join('\n')}\n`;
}
