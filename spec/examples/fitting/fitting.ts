import type { Int } from 'ringsnake';

/** Has methods: its objects stay where they are and cross by reference. What is `readonly` goes along. */
export interface Line {
  readonly slope: number;
  at(x: number): Promise<number>;
}

export interface Fitting {
  fit(ys: number[], onPoint: (count: Int) => void): Promise<Line>;
}
