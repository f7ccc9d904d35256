/** What users may import. A name that comes or goes here is a line in CHANGELOG.md. */

/** `import { … } from 'ringsnake'`, values. */
export const TYPESCRIPT_VALUES: readonly string[] = [
  'BackpressureError',
  'CallError',
  'ClosedError',
  'DecodeError',
  'EncodeError',
  'HandshakeError',
  'InterpreterNotFoundError',
  'MessageTooLargeError',
  'ModuleImportError',
  'NativeBuildError',
  'ProtocolError',
  'RemoteError',
  'ResourceError',
  'RingsnakeError',
  'SchemaMismatchError',
  'SessionClosedError',
  'StartError',
  'StartTimeoutError',
  'UnknownCallError',
  'UnknownInterfaceError',
  'UnknownMethodError',
  'ValidationError',
  'WorkerExitedError',
  'spawn',
];

/** The same, types. */
export const TYPESCRIPT_TYPES: readonly string[] = [
  'ClientClass',
  'Implementation',
  'Int',
  'Service',
  'SpawnOptions',
  'Worker',
  'WorkerExit',
];

/** `from ringsnake import …`. */
export const PYTHON: readonly string[] = [
  'UNSET',
  'BackpressureError',
  'CallError',
  'ClosedError',
  'DecodeError',
  'EncodeError',
  'HandshakeError',
  'MessageTooLargeError',
  'ProtocolError',
  'RemoteError',
  'ResourceError',
  'RingsnakeError',
  'SchemaMismatchError',
  'SessionClosedError',
  'UnknownCallError',
  'UnknownInterfaceError',
  'UnknownMethodError',
  'ValidationError',
  'client',
  'serve',
];
