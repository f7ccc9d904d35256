/** Documentation → Google-style docstrings. */
import type { Documentation, Slot } from '../../model.js';
import { indent } from '../text.js';

export interface DocstringParts {
  /** Parameters with their Python names, for `Args:`. */
  readonly parameters?: readonly Slot[];
  /** A sentence of the generator's own, after the author's. */
  readonly note?: string;
}

/** Empty where there is nothing to say. */
export function docstring(documentation: Documentation, parts: DocstringParts = {}): string[] {
  const { summary, returns, throws, deprecated } = documentation;
  const sections = [
    noted(summary, parts.note),
    deprecated === undefined ? '' : `Deprecated: ${deprecated}`.replace(/: $/, '.'),
    section('Args', argumentEntries(documentation, parts.parameters ?? [])),
    section('Returns', returns === '' ? [] : [returns]),
    section('Raises', throws),
  ].filter((text) => text !== '');
  return quoted(sections.join('\n\n'));
}

/** The note continues a summary of one paragraph and follows a longer one. */
function noted(summary: string, note: string | undefined): string {
  if (note === undefined || summary === '') return note ?? summary;
  const continues = !summary.includes('\n') && summary.length + note.length < 84;
  if (!continues) return `${summary}\n\n${note}`;
  return /[.!?]$/.test(summary) ? `${summary} ${note}` : `${summary}. ${note}`;
}

function argumentEntries(documentation: Documentation, parameters: readonly Slot[]): string[] {
  return documentation.parameters.flatMap(({ name, text }) => {
    const parameter = parameters.find((candidate) => candidate.name === name);
    return parameter === undefined || text === '' ? [] : [`${parameter.pythonName}: ${text}`];
  });
}

function section(title: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  const lines = entries.flatMap((entry) => {
    const [first = '', ...others] = entry.split('\n');
    return [
      first,
      ...indent(
        others.map((line) => line.trim()),
        4,
      ),
    ];
  });
  return [`${title}:`, ...indent(lines, 4)].join('\n');
}

function quoted(text: string): string[] {
  if (text === '') return [];
  // Neither a backslash nor quotes of the author's may end the string or change its text.
  const safe = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', '\\"\\"\\"')
    .replace(/"$/, '\\"')
    // Python takes no NUL in a source, and reads some others as the end of a line.
    .replaceAll(/[^\P{Cc}\n\t]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  const lines = safe.split('\n').map((line) => line.trimEnd());
  const [only = ''] = lines;
  return lines.length === 1 ? [`"""${only}"""`] : [`"""${only}`, ...lines.slice(1), '"""'];
}
