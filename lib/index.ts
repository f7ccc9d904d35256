export {
  BackpressureError,
  CallDepthError,
  CallError,
  CallTimeoutError,
  CancelledError,
  ChannelClosedError,
  ClosedError,
  DeadlockError,
  DecodeError,
  EncodeError,
  HandshakeError,
  InterpreterNotFoundError,
  MessageTooLargeError,
  ModuleImportError,
  NativeBuildError,
  PeerDiedError,
  ProtocolError,
  RemoteError,
  ResourceError,
  RingsnakeError,
  SchemaMismatchError,
  SessionClosedError,
  StartError,
  StartTimeoutError,
  UnknownCallError,
  UnknownInterfaceError,
  UnknownMethodError,
  ValidationError,
  WorkerExitedError,
} from './errors.js';
export type { Waiting } from './ring/ring-end.js';
export { type ArrayClass, release } from './ring/shared-array.js';
export { type CallContext, callContext } from './session/call-context.js';
export type { CallOptions, Metadata } from './session/call-options.js';
export type { ClientClass, Implementation, Service } from './session/interface.js';
export { serve } from './session/services.js';
export { allocate, client } from './worker/host.js';
export type { WorkerExit } from './worker/process.js';
export { type SpawnOptions, spawn } from './worker/spawn.js';
export type { Worker } from './worker/worker.js';

/**
 * An integer within ±(2^53 - 1): `int` in Python. Any `number` may be passed where an `Int` is declared; that it is an
 * integer is checked when it crosses.
 */
export type Int = number & { readonly __ringsnakeInt?: never };
