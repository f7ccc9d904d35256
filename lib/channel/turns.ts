/** Tries again until it has something to give. */
interface Waiter {
  readonly attempt: () => boolean;
  readonly reject: (error: Error) => void;
}

/** Promises that wait for their turn, in order. */
export class Turns {
  #waiters: Waiter[] = [];

  get empty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Resolves with what `attempt` returns once that is not undefined. Rejects with what it throws. */
  add<Result>(attempt: () => Result | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({
        attempt: () => {
          const result = attempt();
          if (result !== undefined) resolve(result);
          return result !== undefined;
        },
        reject,
      });
    });
  }

  /** Attempts from the oldest on, up to the first that must go on waiting. */
  pump(): void {
    let done = 0;
    for (const { attempt, reject } of this.#waiters) {
      try {
        if (!attempt()) break;
      } catch (error) {
        reject(error as Error);
      }
      done++;
    }
    if (done > 0) this.#waiters.splice(0, done);
  }

  rejectAll(error: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(error);
  }
}
