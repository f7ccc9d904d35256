/** Template literal types → a pattern in the words that the regular expressions of both languages know. */
import { ts } from 'ts-morph';
import type { TemplateType } from '../model.js';
import { hasFlag, partsOf } from './nodes.js';

const { TypeFlags } = ts;

/** What JavaScript writes for a number, and what TypeScript takes for one. */
const NUMBER = '-?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?';

/** Undefined for what no pattern says, such as `Uppercase<string>`. */
export function lowerTemplate(type: ts.Type, checker: ts.TypeChecker): TemplateType | undefined {
  const pattern = patternOf(type, checker);
  if (pattern === undefined) return undefined;
  return { kind: 'template', text: inOneLine(checker.typeToString(type)), pattern };
}

function patternOf(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  if (!hasFlag(type, TypeFlags.TemplateLiteral)) return hole(type, checker);
  const { texts, types } = type as ts.TemplateLiteralType;
  let pattern = escaped(texts[0] ?? '');
  for (const [index, part] of types.entries()) {
    const inner = patternOf(part, checker);
    if (inner === undefined) return undefined;
    pattern += inner + escaped(texts[index + 1] ?? '');
  }
  return pattern;
}

function hole(type: ts.Type, checker: ts.TypeChecker): string | undefined {
  if (type.isUnion()) {
    const parts = partsOf(type).map((part) => patternOf(part, checker));
    return parts.includes(undefined) ? undefined : `(?:${parts.join('|')})`;
  }
  if (hasFlag(type, TypeFlags.String)) return '[\\s\\S]*';
  if (hasFlag(type, TypeFlags.Number)) return NUMBER;
  if (hasFlag(type, TypeFlags.BigInt)) return '-?[0-9]+';
  if (type.isStringLiteral() || type.isNumberLiteral()) return escaped(String(type.value));
  if (hasFlag(type, TypeFlags.BooleanLiteral)) return checker.typeToString(type);
  return undefined;
}

/** As both languages write it. */
function escaped(text: string): string {
  return inOneLine(text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
}

/** Neither a regular expression nor a schema may go on in another line. */
function inOneLine(text: string): string {
  return text.replace(
    /[\n\r\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
