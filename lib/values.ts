/** `ringsnake/values`: any value as bytes that both languages read, and the classes for what JavaScript lacks. */
export { RemoteError, type RemoteErrorDetails } from './errors.js';
export { type DecodeOptions, decode, type EncodeOptions, encode } from './wire/value.js';
export type { Fold } from './wire/values/calendar.js';
export { Decimal } from './wire/values/decimal.js';
export type { DtypeName, NdData } from './wire/values/dtype.js';
export { Float } from './wire/values/float.js';
export { FrozenSet } from './wire/values/frozen-set.js';
export { NdArray, type NdArrayFields } from './wire/values/nd-array.js';
export { PlainDate } from './wire/values/plain-date.js';
export { PlainDateTime, type PlainDateTimeFields } from './wire/values/plain-date-time.js';
export { type ClockFields, PlainTime, type PlainTimeFields } from './wire/values/plain-time.js';
export { TimeDelta } from './wire/values/time-delta.js';
export { Timestamp } from './wire/values/timestamp.js';
export { Tuple } from './wire/values/tuple.js';
export { type ExtensionType, type NamedType, TypeRegistry } from './wire/values/type-registry.js';
export { Uuid } from './wire/values/uuid.js';
export { ZonedDateTime, type ZonedDateTimeFields } from './wire/values/zoned-date-time.js';
