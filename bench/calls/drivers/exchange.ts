/** Calls that wait for an answer, by id. */
export class Exchange {
  readonly #open = new Map<number, (result: unknown) => void>();
  #nextId = 1;

  /** Resolves to what `settle` is told of the id that `send` is given. */
  request<Result>(send: (id: number) => void): Promise<Result> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve as (result: unknown) => void);
      send(id);
    });
  }

  settle(id: number, result: unknown): void {
    const resolve = this.#open.get(id);
    this.#open.delete(id);
    resolve?.(result);
  }
}
