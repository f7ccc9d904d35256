import type { Int } from 'ringsnake';

/** Where Python is kept busy. */
export interface Mill {
  /** Goes so many times round a loop of pure Python, and holds the interpreter all the while. */
  grind(rounds: Int): Promise<Int>;
  /** Does nothing: what is left is the call. */
  rest(): Promise<void>;
}
