/** What generated code imports, and nothing else should. */
export type { CallOptions } from './session/call-options.js';
export {
  abortable,
  type Caller,
  type ClientClass,
  type ErrorDefinition,
  type Implementation,
  type InterfaceDefinition,
  type MethodDefinition,
  type Pipelined,
  type Service,
  type SignalPlace,
} from './session/interface.js';
export { tellsData } from './session/object-data.js';
export { RemoteGenerator, SyncGenerator } from './session/remote-generator.js';
export type { RemoteStream } from './session/remote-stream.js';
export { makeCodec } from './session/value-codec.js';
export { type BranchShape, branchOf } from './wire/declared/branches.js';
export { kindOf } from './wire/declared/kinds.js';
export { steps } from './wire/extensions/steps.js';
export type { StreamSource } from './wire/extensions/streams.js';
export { mismatch, noForm, within } from './wire/validation.js';
export { ValueReader } from './wire/value-reader.js';
export { ValueWriter } from './wire/value-writer.js';
export type { NdArray } from './wire/values/nd-array.js';
