import type { Int } from 'ringsnake';

/** Only methods: its objects stay where they are and cross by reference. */
export interface Line {
  at(x: number): Promise<number>;
}

export interface Fitting {
  fit(ys: number[], onPoint: (count: Int) => void): Promise<Line>;
}
