/**
 * What a function of the other side's will give to code that may not know that it has to be waited for, such as an emitter of events: if nobody listens, its
 * failure is a warning, not the end of the process.
 */
export class Listened<T> extends Promise<T> {
  #hasListener = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static to<T>(promise: Promise<T>): Listened<T> {
    const listened = new Listened<T>((resolve) => resolve(promise));
    Promise.prototype.then.call(listened, undefined, (error: unknown) => {
      if (!listened.#hasListener)
        process.emitWarning(error instanceof Error ? error : String(error));
    });
    return listened;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise.
  override then<A = T, B = never>(
    onResolved?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#hasListener = true;
    return super.then(onResolved, onRejected);
  }
}
