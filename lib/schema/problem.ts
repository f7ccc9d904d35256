/** Why a text is no schema. Not for users: whoever reads one says whose it is. Twin: python/ringsnake/_schema/problem.py. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
  /** From 1. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.line = line;
  }
}
