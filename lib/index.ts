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
  ReleasedError,
  RemoteError,
  ResourceError,
  RingsnakeError,
  SchemaMismatchError,
  SessionClosedError,
  StartError,
  StartTimeoutError,
  TooManyHandlesError,
  UnknownCallError,
  UnknownHandleError,
  UnknownInterfaceError,
  UnknownMethodError,
  UnknownStreamError,
  ValidationError,
  WorkerExitedError,
} from './errors.js';
export type { Waiting } from './ring/ring-end.js';
export type { ArrayClass } from './ring/shared-array.js';
export { type CallContext, callContext } from './session/call-context.js';
export type { CallOptions, Metadata } from './session/call-options.js';
export type { ClientClass, Implementation, Pipelined, Service } from './session/interface.js';
export type { HandleStatistics } from './session/objects.js';
export { release } from './session/release.js';
export type { RemoteStream } from './session/remote-stream.js';
export type { StreamSource } from './wire/extensions/streams.js';
export type { WorkerExit } from './worker/process.js';
export { type SpawnOptions, spawn } from './worker/spawn.js';
export type { Worker } from './worker/worker.js';

/**
 * An integer within ±(2^53 - 1): `int` in Python. Any `number` may be passed where an `Int` is declared; that it is an
 * integer is checked when it crosses.
 */
export type Int = number & { readonly __ringsnakeInt?: never };
