/** One name in a module or class, as a member of an interface. */
import { memberName } from './interface-names.js';
import { jsdoc } from './jsdoc-text.js';
import type { Member, PythonType, Signature } from './model.js';
import { parameterLists } from './signature-text.js';
import type { TypeTexts } from './type-text.js';

/** `self` is what a method returns that returns its object. Empty for what JavaScript has no word for. */
export function memberText(member: Member, types: TypeTexts, self?: string): string {
  const { name, kind, doc, signatures = [], type = ANY } = member;
  if (name.startsWith('__')) return specialText(member, types, self);
  const head = jsdoc(doc, '  ');
  const key = memberName(name);
  if (signatures.length > 0) {
    const result = (each: PythonType) => `Py.Result<S, ${types.result(each, self)}>`;
    const ways = signatureTexts(signatures, types, result);
    return ways.map((text, index) => `${index === 0 ? head : ''}  ${key}${text};\n`).join('');
  }
  if (kind === 'class')
    return `${head}  readonly ${key}: Py.Result<S, ${types.result({ kind: 'type', of: [type] })}>;\n`;
  // Synchronous proxies can be assigned to; to what is awaited nothing fits.
  const access = member.settable ? '' : 'readonly ';
  return `${head}  ${access}${key}: Py.Result<S, ${types.result(type, self)}>;\n`;
}

const ANY: PythonType = { kind: 'any' };

/** Parameters and results, each once. */
export function signatureTexts(
  signatures: readonly Signature[],
  types: TypeTexts,
  result: (type: PythonType) => string,
): string[] {
  const texts = signatures.flatMap((signature) =>
    parameterLists(signature, types, signatures.length).map(
      (list) => `${list}: ${result(signature.result)}`,
    ),
  );
  return [...new Set(texts)];
}

function specialText({ name, signatures = [] }: Member, types: TypeTexts, self?: string): string {
  const result = (type: PythonType) => types.result(type, self);
  switch (name) {
    case '__call__':
      return signatureTexts(signatures, types, (type) => `Py.Result<S, ${result(type)}>`)
        .map((text) => `  ${text};\n`)
        .join('');
    case '__iter__': {
      const item = result(signatures[0]?.result.of?.[0] ?? ANY);
      return `  readonly [Symbol.iterator]: Py.Iterate<S, ${item}>;\n  readonly [Symbol.asyncIterator]: Py.AsyncIterate<S, ${item}>;\n`;
    }
    default:
      return '';
  }
}
