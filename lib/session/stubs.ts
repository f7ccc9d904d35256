import type { ImportedHandle } from './imported-objects.js';
import type { Caller } from './interface.js';

/** What stands behind what the user has of an object of the peer's. */
export interface StubCaller extends Caller {
  /** Undefined while the object is still to come. */
  readonly handle: ImportedHandle | undefined;
  release(): boolean;
}

const callers = new WeakMap<object, StubCaller>();

/** From now on `stub` is known to stand for the object that `caller` calls. */
export function registerStub(stub: object, caller: StubCaller): void {
  callers.set(stub, caller);
}

export function callerOf(value: unknown): StubCaller | undefined {
  return isReferable(value) ? callers.get(value) : undefined;
}

export function handleOf(value: unknown): ImportedHandle | undefined {
  return callerOf(value)?.handle;
}

function isReferable(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
