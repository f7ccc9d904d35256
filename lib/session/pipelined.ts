import { BackpressureError } from '../errors.js';
import type { Call, Outcome } from './call.js';
import { type CallOptions, mergedOptions } from './call-options.js';
import { type CallTarget, resultTargets } from './call-target.js';
import type { ImportedHandle } from './imported-objects.js';
import type { Caller, ClientClass, InterfaceDefinition, Pipelined } from './interface.js';
import { openStream, openStreamSync, ownStream } from './open-stream.js';
import type { RemoteStream } from './remote-stream.js';
// biome-ignore lint/suspicious/noImportCycles: what is called may give an object to come.
import { type CallStarter, SessionCaller } from './session-caller.js';
import { callerOf, registerStub, type StubCaller } from './stubs.js';

/** A call whose result is an object. */
interface ObjectCall {
  readonly target: CallTarget;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

/** Makes the call; what it returns is the promise of the object, and can be called at once. */
export function pipelined<Client>(
  session: CallStarter,
  call: ObjectCall,
  clientClass: ClientClass<Client>,
): Pipelined<Client> {
  const { definition } = clientClass;
  const coming = new ComingObject(session, call, definition);
  const caller = new ComingCaller(coming, call.options);
  const client = new clientClass(caller);
  const { promise } = coming;
  // biome-ignore lint/suspicious/noThenProperty: it is a promise, too.
  Object.defineProperties(client, {
    // biome-ignore lint/suspicious/noThenProperty: as above.
    then: { value: promise.then.bind(promise) },
    catch: { value: promise.catch.bind(promise) },
    finally: { value: promise.finally.bind(promise) },
  });
  registerStub(client as object, caller);
  return client as Pipelined<Client>;
}

/** The result of a call of ours, which is an object. */
class ComingObject {
  readonly session: CallStarter;
  readonly definition: InterfaceDefinition;
  readonly promise: Promise<unknown>;
  #call: Call | undefined;
  #outcome: Outcome | undefined;

  constructor(
    session: CallStarter,
    { target, args, options }: ObjectCall,
    definition: InterfaceDefinition,
  ) {
    this.session = session;
    this.definition = definition;
    this.promise = new Promise((resolve, reject) => {
      const onSettled = (outcome: Outcome): void => {
        this.#outcome = outcome;
        if (outcome.ok) resolve(outcome.value);
        else reject(outcome.error);
      };
      try {
        this.#call = session.start(target, args, { options, onSettled });
      } catch (error) {
        onSettled({ ok: false, error });
      }
    });
  }

  get handle(): ImportedHandle | undefined {
    return this.#outcome?.ok ? callerOf(this.#outcome.value)?.handle : undefined;
  }

  get isThere(): boolean {
    return this.#outcome !== undefined;
  }

  /** Who calls it. REQUIRES: it is there. Throws what the call threw. */
  settled(options: CallOptions): Caller {
    const outcome = this.#outcome as Outcome;
    if (!outcome.ok) throw outcome.error;
    const caller = callerOf(outcome.value) ?? new OwnCaller(outcome.value, this.definition);
    return caller.withOptions(options);
  }

  /** Who calls it before it is there; undefined: it must be waited for. */
  early(options: CallOptions): Caller | undefined {
    const { session } = this;
    if (this.#call === undefined || !session.mayPipeline) return undefined;
    // What is called hears of the failure; nobody else has to.
    this.promise.catch(ignore);
    return new SessionCaller(session, resultTargets(this.definition, this.#call.callId), options);
  }
}

/** Calls an object that is still to come, or has come meanwhile. */
class ComingCaller implements StubCaller {
  readonly #coming: ComingObject;
  readonly #options: CallOptions;

  constructor(coming: ComingObject, options: CallOptions) {
    this.#coming = coming;
    this.#options = options;
  }

  get handle(): ImportedHandle | undefined {
    return this.#coming.handle;
  }

  call(method: number, args: readonly unknown[]): Promise<unknown> {
    try {
      const caller = this.#caller();
      return caller === undefined
        ? this.#coming.promise.then(() => this.call(method, args))
        : caller.call(method, args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    const caller = this.#caller();
    if (caller !== undefined) return caller.callSync(method, args);
    throw new BackpressureError(
      'too many calls are open for one more on a result that is not there: await that first',
    );
  }

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    const caller = this.#caller();
    if (caller !== undefined) return caller.callForObject(method, args, clientClass);
    throw new BackpressureError(
      'too many calls are open for one more on a result that is not there: await that first',
    );
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return openStream(this, { method, args, options: this.#options });
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return openStreamSync(this, { method, args, options: this.#options });
  }

  withOptions(options: CallOptions): Caller {
    return new ComingCaller(this.#coming, mergedOptions(this.#options, options));
  }

  release(): boolean {
    const { handle, promise } = this.#coming;
    if (handle !== undefined) return handle.release();
    promise.then((object) => callerOf(object)?.release(), ignore);
    return !this.#coming.isThere;
  }

  #caller(): Caller | undefined {
    const coming = this.#coming;
    return coming.isThere ? coming.settled(this.#options) : coming.early(this.#options);
  }
}

/** Calls an object of this side, which has come home. */
class OwnCaller implements Caller {
  readonly #object: Record<string, (...args: readonly unknown[]) => unknown>;
  readonly #definition: InterfaceDefinition;

  constructor(object: unknown, definition: InterfaceDefinition) {
    this.#object = object as Record<string, (...args: readonly unknown[]) => unknown>;
    this.#definition = definition;
  }

  async call(method: number, args: readonly unknown[]): Promise<unknown> {
    return this.callSync(method, args);
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    return this.#object[this.#definition.methods[method]?.name as string]?.(...args);
  }

  callForObject<Client>(method: number, args: readonly unknown[]): Pipelined<Client> {
    return this.callSync(method, args) as Pipelined<Client>;
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return ownStream(this.call(method, args)) as unknown as RemoteStream<unknown>;
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return (this.callSync(method, args) as Iterable<unknown>)[
      Symbol.iterator
    ]() as IterableIterator<unknown>;
  }

  withOptions(): Caller {
    return this;
  }
}

function ignore(): void {}
