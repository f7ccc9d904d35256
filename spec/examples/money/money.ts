export interface Money {
  /** An amount as people of that place write it. */
  write(amount: number, currency: string, locale: string): Promise<string>;
}
