/**
 * What each side of a session serves so that the other can use its objects without an interface. Normative: spec/wire/proxies.md.
 */
export interface RingsnakeObjects {
  /**
   * Runs a program on objects of this side, and answers with the operand that its last step gave.
   * @param program - A subject, then steps.
   * @returns An operand.
   */
  run(program: unknown): Promise<unknown>;
  /**
   * Gives references back.
   * @param references - A number of an object, how many references to it, and so on.
   */
  release(references: readonly number[]): Promise<void>;
}
