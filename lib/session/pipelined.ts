import { BackpressureError } from '../errors.js';
import { steps } from '../wire/extensions/steps.js';
import type { Call, Outcome } from './call.js';
import { type CallOptions, mergedOptions } from './call-options.js';
import { type CallTarget, resultTargets } from './call-target.js';
import type { ImportedHandle } from './imported-objects.js';
import {
  type Caller,
  type ClientClass,
  type InterfaceDefinition,
  type Pipelined,
  propertyOf,
} from './interface.js';
import { rejection } from './local-stack.js';
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

/** Makes the call; what it returns is the promise of the object, and can be called at once. Twin: python/ringsnake/_session/pipelined.py. */
export function pipelined<Client>(
  session: CallStarter,
  call: ObjectCall,
  clientClass: ClientClass<Client>,
): Pipelined<Client> {
  // Where the two sides differ, the method knows how.
  const definition = call.target.method.resultInterface ?? clientClass.definition;
  return clientOf(new ComingObject(session, call, definition), {
    clientClass,
    options: call.options,
  });
}

/** The same of a promise, whoever made the call: it can be called at once, and each call waits for it here. */
export function promised<Client>(
  promise: Promise<unknown>,
  clientClass: ClientClass<Client>,
): Pipelined<Client> {
  const coming = new PromisedObject(promise, clientClass.definition);
  return clientOf(coming, { clientClass, options: {} });
}

function clientOf<Client>(
  coming: FutureObject,
  { clientClass, options }: { clientClass: ClientClass<Client>; options: CallOptions },
): Pipelined<Client> {
  const caller = new ComingCaller(coming, options);
  const client = new clientClass(caller);
  const { promise } = coming;
  Object.defineProperties(client, {
    // biome-ignore lint/suspicious/noThenProperty: as above.
    then: { value: promise.then.bind(promise) },
    catch: { value: promise.catch.bind(promise) },
    finally: { value: promise.finally.bind(promise) },
  });
  registerStub(client as object, caller);
  return client as Pipelined<Client>;
}

/** An object that is there, or will be. */
interface FutureObject {
  readonly promise: Promise<unknown>;
  readonly isThere: boolean;
  readonly handle: ImportedHandle | undefined;
  /** Who calls it. REQUIRES: it is there. Throws why it did not come. */
  settled(options: CallOptions): Caller;
  /** Who calls it before it is there; undefined: it must be waited for. */
  early(options: CallOptions): Caller | undefined;
}

/** The object of a promise. */
class PromisedObject implements FutureObject {
  readonly promise: Promise<unknown>;
  readonly #definition: InterfaceDefinition;
  #outcome: Outcome | undefined;

  constructor(promise: Promise<unknown>, definition: InterfaceDefinition) {
    this.promise = promise;
    this.#definition = definition;
    promise.then(
      (value) => {
        this.#outcome = { ok: true, value };
      },
      (error: unknown) => {
        this.#outcome = { ok: false, error };
      },
    );
  }

  get isThere(): boolean {
    return this.#outcome !== undefined;
  }

  get handle(): ImportedHandle | undefined {
    return handleOf(this.#outcome);
  }

  settled(options: CallOptions): Caller {
    return callerAfter(this.#outcome as Outcome, this.#definition).withOptions(options);
  }

  early(): undefined {
    return undefined;
  }
}

/** The result of a call of ours, which is an object. */
class ComingObject implements FutureObject {
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
        else if (outcome.traceback === undefined) reject(outcome.error);
        else resolve(rejection(outcome));
      };
      try {
        this.#call = session.start(target, args, { options, onSettled });
      } catch (error) {
        onSettled({ ok: false, error });
      }
    });
  }

  get handle(): ImportedHandle | undefined {
    return handleOf(this.#outcome);
  }

  get isThere(): boolean {
    return this.#outcome !== undefined;
  }

  settled(options: CallOptions): Caller {
    // What is called hears of the failure; nobody else has to.
    this.promise.catch(ignore);
    return callerAfter(this.#outcome as Outcome, this.definition).withOptions(options);
  }

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
  readonly #coming: FutureObject;
  readonly #options: CallOptions;

  constructor(coming: FutureObject, options: CallOptions) {
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
      'a blocking call needs an object that is there, or fewer open calls: await it first',
    );
  }

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    const caller = this.#caller();
    if (caller !== undefined) return caller.callForObject(method, args, clientClass);
    const { promise } = this.#coming;
    return promised(
      promise.then(() => this.callForObject(method, args, clientClass)),
      clientClass,
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

  data(): object {
    const coming = this.#coming;
    if (!coming.isThere)
      throw new TypeError('what an object says of itself comes with it: await it first');
    return coming.settled(this.#options).data?.() ?? {};
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
    const definition = this.#definition.methods[method];
    return definition && this.#object[propertyOf(definition)]?.(...args);
  }

  callForObject<Client>(method: number, args: readonly unknown[]): Pipelined<Client> {
    return this.callSync(method, args) as Pipelined<Client>;
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    const source = this.call(method, args);
    const isGenerator = this.#definition.methods[method]?.isGenerator;
    const given = isGenerator ? source.then(steps) : source;
    return ownStream(given) as unknown as RemoteStream<unknown>;
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    const source = this.callSync(method, args);
    const isGenerator = this.#definition.methods[method]?.isGenerator;
    const given = (isGenerator ? steps(source) : source) as Iterable<unknown>;
    return given[Symbol.iterator]() as IterableIterator<unknown>;
  }

  withOptions(): Caller {
    return this;
  }

  data(): object {
    return this.#object;
  }
}

function handleOf(outcome: Outcome | undefined): ImportedHandle | undefined {
  return outcome?.ok ? callerOf(outcome.value)?.handle : undefined;
}

function callerAfter(outcome: Outcome, definition: InterfaceDefinition): Caller {
  if (!outcome.ok) throw outcome.error;
  return callerOf(outcome.value) ?? new OwnCaller(outcome.value, definition);
}

function ignore(): void {}
