/** JSDoc → model. */
import { ts } from 'ts-morph';
import type { Documentation, Source } from '../model.js';
import { positionOf } from './position.js';

export const NO_DOCUMENTATION: Documentation = {
  summary: '',
  parameters: [],
  returns: '',
  throws: [],
  deprecated: undefined,
};

/** The last JSDoc block before the declaration, as the compiler and editors take it. */
export function documentationBlock(node: ts.Node): ts.JSDoc | undefined {
  return ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
}

/** Whether its author has written `@name` at it. */
export function hasTag(node: ts.Node, name: string): boolean {
  return tagOf(node, name) !== undefined;
}

export function tagOf(node: ts.Node, name: string): ts.JSDocTag | undefined {
  return ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
}

export function documentationOf(node: ts.Node | undefined): Documentation {
  if (node === undefined) return NO_DOCUMENTATION;
  const source = sourceOf(node);
  const block = documentationBlock(node);
  if (block === undefined) return { ...NO_DOCUMENTATION, source };
  const parameters: { name: string; text: string }[] = [];
  const throws: string[] = [];
  let returns = '';
  let deprecated: string | undefined;
  for (const tag of block.tags ?? []) {
    const text = commentText(tag.comment);
    if (ts.isJSDocParameterTag(tag)) {
      // `@param a - the first`: the hyphen is a separator, not part of the text.
      parameters.push({ name: tag.name.getText(), text: text.replace(/^-\s*/, '') });
    } else if (ts.isJSDocReturnTag(tag)) returns = text;
    else if (ts.isJSDocThrowsTag(tag)) throws.push(throwsText(tag, text));
    else if (ts.isJSDocDeprecatedTag(tag)) deprecated = text;
  }
  return { summary: commentText(block.comment), parameters, returns, throws, deprecated, source };
}

/** Where its name stands. */
function sourceOf(node: ts.Node): Source {
  const name = ts.getNameOfDeclaration(node as ts.Declaration);
  const { file, line } = positionOf(name ?? node);
  return { file, line };
}

function throwsText(tag: ts.JSDocThrowsTag, text: string): string {
  const type = tag.typeExpression?.type.getText();
  if (type === undefined) return text;
  return text === '' ? type : `${type}: ${text}`;
}

function commentText(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\r\n?/g, '\n').trim();
}
