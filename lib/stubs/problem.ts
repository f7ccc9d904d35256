/** Why there are no types to write: for whoever typed the command. */
export class StubsProblem extends Error {
  override readonly name = 'StubsProblem';
}
