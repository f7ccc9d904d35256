import type { DtypeName } from './wire/values/dtype.js';
import type { NdArray } from './wire/values/nd-array.js';

export {
  AccessDeniedError,
  BackpressureError,
  CallDepthError,
  CallError,
  CallTimeoutError,
  CancelledError,
  ChannelClosedError,
  ClosedError,
  DeadlockError,
  DecodeError,
  EmbedError,
  EncodeError,
  HandshakeError,
  InterpreterNotFoundError,
  MessageTooLargeError,
  ModuleImportError,
  NativeBuildError,
  PeerDiedError,
  PoolFullError,
  ProtocolError,
  QueueTimeoutError,
  ReleasedError,
  RemoteError,
  ResourceError,
  RestartLimitError,
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
  type ValidationProblem,
  WorkerExitedError,
} from './errors.js';
export type { Broadcast, SettledBroadcast } from './pool/broadcast.js';
export type { PoolOptions, RenewOptions } from './pool/options.js';
export type { BroadcastOptions, Pool, PoolClientOptions } from './pool/pool.js';
export { pool } from './pool/start.js';
export type {
  MemberState,
  MemberStatistics,
  PoolState,
  PoolStatistics,
} from './pool/statistics.js';
export { kwargs } from './proxies/keywords.js';
export type { ExecuteOptions, IterateOptions, Output } from './proxies/options.js';
export type { Python } from './proxies/python.js';
export { slice } from './proxies/slice.js';
export type { SyncPython } from './proxies/sync-python.js';
export type {
  PythonProxy,
  PythonResult,
  SyncPythonProxy,
} from './proxies/types.js';
export type { Waiting } from './ring/ring-end.js';
export type { ArrayClass } from './ring/shared-array.js';
export { type CallContext, callContext } from './session/call-context.js';
export type { CallEvent } from './session/call-observer.js';
export type { CallOptions, Metadata } from './session/call-options.js';
export type { ClientClass, Implementation, Pipelined, Service } from './session/interface.js';
export type { LatencyStatistics } from './session/latency-histogram.js';
export type { HandleStatistics } from './session/objects.js';
export { release } from './session/release.js';
export type { RemoteStream } from './session/remote-stream.js';
export { serve } from './session/services.js';
export type {
  CallStatistics,
  HandlerStatistics,
  SessionStatistics,
} from './session/statistics.js';
export type { StreamSource } from './wire/extensions/streams.js';
export type { ValidationLevel } from './wire/validation-level.js';
export { type EmbedOptions, embed } from './worker/embed.js';
export { allocate, client } from './worker/host.js';
export type { OutputMode, OutputName } from './worker/output.js';
export type { WorkerExit } from './worker/place.js';
export type { RestartOptions } from './worker/restart-policy.js';
export { type SpawnOptions, spawn } from './worker/spawn.js';
export type { WorkerState, WorkerStatistics } from './worker/statistics.js';
export type { ExitEvent, RestartEvent } from './worker/supervisor.js';
export type { CloseOptions, Worker } from './worker/worker.js';
export type { WorkerStartEvent } from './worker/worker-events.js';
export type { WorkerOptions } from './worker/worker-options.js';

/**
 * An integer within ±(2^53 - 1): `int` in Python. Any `number` may be passed where an `Int` is declared; that it is an
 * integer is checked when it crosses.
 */
export type Int = number & { readonly __ringsnakeInt?: never };

/**
 * An array of numbers of several dimensions, `numpy.ndarray` in Python: `NDArray<'f32', [number, 3]>`. In JavaScript it is an `NdArray`
 * of 'ringsnake/values'. A dimension that is `number` may have any size; without a shape there may be any number of them.
 */
export type NDArray<D extends NDArrayDtype, S extends readonly number[] = number[]> = NdArray & {
  readonly __ringsnakeNdArray?: [D, S];
};

/** As numpy names them, or short. */
export type NDArrayDtype =
  | DtypeName
  | 'f64'
  | 'f32'
  | 'f16'
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'c64'
  | 'c128';
