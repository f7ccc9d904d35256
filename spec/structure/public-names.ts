/** What users may import. A name that comes or goes here is a line in CHANGELOG.md. */

/** `import { … } from 'ringsnake'`, values. */
export const TYPESCRIPT_VALUES: readonly string[] = [
  'BackpressureError',
  'CallDepthError',
  'CallError',
  'CallTimeoutError',
  'CancelledError',
  'ChannelClosedError',
  'ClosedError',
  'DeadlockError',
  'DecodeError',
  'EncodeError',
  'HandshakeError',
  'InterpreterNotFoundError',
  'MessageTooLargeError',
  'ModuleImportError',
  'NativeBuildError',
  'PeerDiedError',
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
  'allocate',
  'callContext',
  'client',
  'release',
  'serve',
  'spawn',
];

/** The same, types. */
export const TYPESCRIPT_TYPES: readonly string[] = [
  'ArrayClass',
  'CallContext',
  'CallOptions',
  'ClientClass',
  'Implementation',
  'Int',
  'Metadata',
  'Service',
  'SpawnOptions',
  'Waiting',
  'Worker',
  'WorkerExit',
];

/** `import { … } from 'ringsnake/ring'`, values. */
export const RING_VALUES: readonly string[] = [
  'Bulk',
  'Channel',
  'Doorbell',
  'Region',
  'RingConsumer',
  'RingProducer',
  'pythonPath',
];

/** The same, types. */
export const RING_TYPES: readonly string[] = [
  'BlockingOptions',
  'ChannelParts',
  'Message',
  'MessageVisitor',
  'RingOptions',
  'RingStatistics',
  'Waiting',
];

/** `import { … } from 'ringsnake/values'`, values. */
export const VALUES_VALUES: readonly string[] = [
  'Decimal',
  'Float',
  'FrozenSet',
  'NdArray',
  'PlainDate',
  'PlainDateTime',
  'PlainTime',
  'RemoteError',
  'TimeDelta',
  'Timestamp',
  'Tuple',
  'TypeRegistry',
  'Uuid',
  'ValueDecoder',
  'ValueEncoder',
  'ZonedDateTime',
  'decode',
  'encode',
];

/** The same, types. */
export const VALUES_TYPES: readonly string[] = [
  'ClockFields',
  'DecodeOptions',
  'DtypeName',
  'EncodeOptions',
  'ExtensionType',
  'Fold',
  'NamedType',
  'NdArrayFields',
  'NdData',
  'PlainDateTimeFields',
  'PlainTimeFields',
  'RemoteErrorDetails',
  'ZonedDateTimeFields',
];

/** `from ringsnake import …`. */
export const PYTHON: readonly string[] = [
  'UNSET',
  'BackpressureError',
  'CallContext',
  'CallDepthError',
  'CallError',
  'CallTimeoutError',
  'CancelledError',
  'ChannelClosedError',
  'ClosedError',
  'DeadlockError',
  'DecodeError',
  'EncodeError',
  'HandshakeError',
  'InterpreterNotFoundError',
  'MessageTooLargeError',
  'ModuleImportError',
  'NodeWorker',
  'PeerDiedError',
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
  'WorkerExit',
  'WorkerExitedError',
  'allocate',
  'blocking',
  'call_context',
  'client',
  'serve',
  'spawn_node',
];

/** `from ringsnake.ring import …`. */
export const PYTHON_RING: readonly string[] = [
  'Bulk',
  'Channel',
  'Doorbell',
  'Message',
  'Region',
  'RingConsumer',
  'RingEventLoop',
  'RingProducer',
  'RingStatistics',
  'Waiting',
];

/** `from ringsnake.values import …`. */
export const PYTHON_VALUES: readonly string[] = [
  'Map',
  'NdArray',
  'RemoteDetails',
  'Timestamp',
  'TypeRegistry',
  'UNSET',
  'Url',
  'ValueDecoder',
  'ValueEncoder',
  'decode',
  'encode',
];
