/** Why what was given cannot be compared: for whoever typed it. */
export class InputProblem extends Error {
  override readonly name = 'InputProblem';
}
