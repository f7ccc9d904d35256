import { AsyncLocalStorage } from 'node:async_hooks';
import { propertyOf, type Service } from '../session/interface.js';

type Handler = (...args: unknown[]) => unknown;

/**
 * Knows which code runs on behalf of a call that a member of the pool makes to this side. What such code calls through the pool must not wait
 * for room: the member's own call, which will end only after it, may hold the last.
 */
export class Nesting {
  readonly #storage = new AsyncLocalStorage<true>();

  /** Whether the running code was called by a member. */
  get inside(): boolean {
    return this.#storage.getStore() === true;
  }

  /** The same services, whose handlers are known to be inside. */
  around(services: readonly Service[]): Service[] {
    return services.map(({ definition, implementation }) => {
      const target = implementation as Record<string, Handler>;
      const served = definition.methods
        .map(propertyOf)
        .filter((name) => typeof target[name] === 'function');
      const handlers = served.map((name): [string, Handler] => [
        name,
        (...args) => this.#storage.run(true, () => target[name]?.(...args)),
      ]);
      return { definition, implementation: Object.fromEntries(handlers) };
    });
  }
}
