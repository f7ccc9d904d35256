export interface Greeter {
  /** Greets everybody by name. */
  greet(names: string[]): Promise<string>;
}
