/** Documentation → JSDoc. */
import type { Documentation } from '../../model.js';

export function jsdoc(documentation: Documentation): string[] {
  const { summary, parameters, returns, throws, deprecated } = documentation;
  const text = [
    summary,
    ...parameters.map(({ name, text }) => `@param ${name} ${text}`.trimEnd()),
    ...(returns === '' ? [] : [`@returns ${returns}`]),
    ...throws.map((thrown) => `@throws ${thrown}`),
    ...(deprecated === undefined ? [] : [`@deprecated ${deprecated}`.trimEnd()]),
  ]
    .filter((part) => part !== '')
    .join('\n');
  if (text === '') return [];
  // The end of the comment inside the comment would end it.
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  const [only = ''] = lines;
  if (lines.length === 1 && only.length < 90) return [`/** ${only} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}
