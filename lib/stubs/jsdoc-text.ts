/** Docstrings as JSDoc. */

/** With a line end; empty without a text. */
export function jsdoc(text: string | undefined, indent = ''): string {
  if (text === undefined || text === '') return '';
  const lines = text
    .replaceAll('*/', '*\u200b/')
    .split('\n')
    .map((line) => line.trimEnd());
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  const body = lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('');
  return `${indent}/**\n${body}${indent} */\n`;
}
