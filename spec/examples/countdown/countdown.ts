import type { Int } from 'ringsnake';

export interface Countdown {
  run(from: Int): Promise<string>;
}

/** Served by TypeScript, called by Python. */
export interface Display {
  show(seconds: Int): Promise<void>;
}
