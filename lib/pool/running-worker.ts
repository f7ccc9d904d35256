import type { Caller, ClientClass, InterfaceDefinition } from '../session/interface.js';
import type { Worker } from '../worker/worker.js';
import type { PoolTarget } from './pool-caller.js';

/** A process of a pool, and the calls that it has. */
export class RunningWorker {
  /** Of the member whose process it is. */
  readonly index: number;
  readonly worker: Worker;
  readonly startedAt: number = performance.now();
  /** Calls that it has not answered yet. */
  outstanding = 0;
  /** Calls that it was ever given. */
  calls = 0;
  readonly #callers = new WeakMap<PoolTarget, Caller>();
  #onIdle: (() => void) | undefined;

  constructor(index: number, worker: Worker) {
    this.index = index;
    this.worker = worker;
  }

  /** Calls one interface of it, with the target's options. Throws what `Worker.client` throws. */
  caller(target: PoolTarget): Caller {
    const known = this.#callers.get(target);
    if (known !== undefined) return known;
    const { caller } = this.worker.client(callerClass(target.definition));
    const configured = caller.withOptions(target.options);
    this.#callers.set(target, configured);
    return configured;
  }

  begin(): void {
    this.outstanding++;
    this.calls++;
  }

  end(): void {
    this.outstanding--;
    if (this.outstanding === 0) this.#onIdle?.();
  }

  /** Ends the process: when its calls have ended, or in `timeout` milliseconds. Never rejects. REQUIRES: no more calls begin. */
  async drain(timeout: number): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.outstanding === 0) return resolve();
      const timer = setTimeout(resolve, Math.min(timeout, 2 ** 31 - 1));
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    await this.worker.close();
  }
}

/** A client that is nothing but its caller. */
function callerClass(definition: InterfaceDefinition): ClientClass<{ readonly caller: Caller }> {
  return class {
    static readonly definition = definition;
    readonly caller: Caller;

    constructor(caller: Caller) {
      this.caller = caller;
    }
  };
}
