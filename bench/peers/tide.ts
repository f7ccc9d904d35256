/** What the bench of streams asks of its peer. */
export interface Tide {
  /** 0 to `count - 1`, from a generator. */
  numbers(count: number): AsyncIterable<number>;
  /** How many there are. */
  count(numbers: AsyncIterable<number>): Promise<number>;
}
