/** Where things are, for diagnostics. */
import { ts } from 'ts-morph';
import type { Position } from '../diagnostics.js';

export function positionOf(node: ts.Node): Position {
  const file = node.getSourceFile();
  const [start, end] = [node.getStart(), node.getEnd()];
  const position = positionAt(file, start);
  // Of a node on several lines, the rest of the first.
  return { ...position, width: file.text.slice(start, end).search(/[\r\n]|$/) };
}

export function positionAt(file: ts.SourceFile, offset: number): Position {
  const { line, character } = file.getLineAndCharacterOfPosition(offset);
  return { file: file.fileName, line: line + 1, column: character + 1 };
}

/** How a type was reached from a service, one step per record. */
export class Trail {
  readonly #steps: readonly string[];

  constructor(steps: readonly string[] = []) {
    this.#steps = steps;
  }

  to(step: string): Trail {
    return new Trail([...this.#steps, step]);
  }

  toString(): string {
    return this.#steps.join(' -> ');
  }
}

/** A type as the author would write it, on one line and not too long. */
export function typeText(type: ts.Type, checker: ts.TypeChecker): string {
  const text = checker
    .typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
    .replace(/\s+/g, ' ');
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
