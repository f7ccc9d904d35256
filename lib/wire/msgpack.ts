/**
 * MessagePack's own tags, and our extension types and limits. Normative: spec/wire/value.md. Twin: csrc/python/msgpack.h.
 */
export const MAX_POSITIVE_FIXINT = 0x7f;
export const FIXMAP = 0x80;
export const FIXARRAY = 0x90;
export const FIXSTR = 0xa0;
export const NIL = 0xc0;
/** The one byte MessagePack leaves without a meaning. */
export const NEVER_USED = 0xc1;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
export const BIN8 = 0xc4;
export const BIN16 = 0xc5;
export const BIN32 = 0xc6;
export const EXT8 = 0xc7;
export const EXT16 = 0xc8;
export const EXT32 = 0xc9;
export const FLOAT32 = 0xca;
export const FLOAT64 = 0xcb;
export const UINT8 = 0xcc;
export const UINT16 = 0xcd;
export const UINT32 = 0xce;
export const UINT64 = 0xcf;
export const INT8 = 0xd0;
export const INT16 = 0xd1;
export const INT32 = 0xd2;
export const INT64 = 0xd3;
export const FIXEXT1 = 0xd4;
export const FIXEXT2 = 0xd5;
export const FIXEXT4 = 0xd6;
export const FIXEXT8 = 0xd7;
export const FIXEXT16 = 0xd8;
export const STR8 = 0xd9;
export const STR16 = 0xda;
export const STR32 = 0xdb;
export const ARRAY16 = 0xdc;
export const ARRAY32 = 0xdd;
export const MAP16 = 0xde;
export const MAP32 = 0xdf;
export const NEGATIVE_FIXINT = 0xe0;

/** MessagePack's own extension. */
export const EXT_TIMESTAMP = -1;

export {
  BLOCK_HEAD,
  BLOCK_STRING_MAX,
  BLOCK_UNITS_MAX,
  BLOCK_WIDE,
  EXT_BIG_INTEGER,
  EXT_BLOCK,
  EXT_BULK,
  EXT_DECIMAL,
  EXT_DEFINITION,
  EXT_ERROR,
  EXT_LATIN1,
  EXT_MAP,
  EXT_NAMED,
  EXT_NDARRAY,
  EXT_OBJECT,
  EXT_PLAIN,
  EXT_REFERENCE,
  EXT_SET,
  EXT_SHAPE,
  EXT_SHAPE_REFERENCE,
  EXT_STREAM,
  EXT_TUPLE,
  EXT_UNDEFINED,
  EXT_URL,
  EXT_USER_FIRST,
  EXT_USER_LAST,
  EXT_UTF16,
  EXT_UUID,
  EXT_ZONED,
  MAX_BIG_INTEGER,
  MAX_DECIMAL,
  MAX_DEPTH,
  NDARRAY_BOOL,
  NDARRAY_COMPLEX64,
  NDARRAY_COMPLEX128,
  NDARRAY_FLOAT16,
  NDARRAY_FLOAT32,
  NDARRAY_FLOAT64,
  NDARRAY_FORTRAN,
  NDARRAY_HEADER,
  NDARRAY_INT8,
  NDARRAY_INT16,
  NDARRAY_INT32,
  NDARRAY_INT64,
  NDARRAY_MAX_DIMENSIONS,
  NDARRAY_UINT8,
  NDARRAY_UINT8_CLAMPED,
  NDARRAY_UINT16,
  NDARRAY_UINT32,
  NDARRAY_UINT64,
  NDARRAY_VERSION,
  PLAIN_DATE,
  PLAIN_DATETIME,
  PLAIN_TIME,
  PLAIN_TIMEDELTA,
  UTF8_BELOW,
} from './constants.gen.js';

/** What a tag begins. */
export function isExtension(tag: number): boolean {
  return (tag >= FIXEXT1 && tag <= FIXEXT16) || (tag >= EXT8 && tag <= EXT32);
}

export function isMap(tag: number): boolean {
  return (tag & 0xf0) === FIXMAP || tag === MAP16 || tag === MAP32;
}

/** An array or a map. */
export function isContainer(tag: number): boolean {
  return (tag >= FIXMAP && tag < FIXSTR) || (tag >= ARRAY16 && tag <= MAP32);
}
