/**
 * Tags, extension types and limits of a value. Normative: spec/wire/value.md. Twin: csrc/python/msgpack.h.
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

export const EXT_UNDEFINED = 0;
export const EXT_BIG_INTEGER = 3;
export const EXT_NDARRAY = 6;

export const NDARRAY_VERSION = 1;
export const NDARRAY_FLOAT64 = 1;
/** Bytes before the data of a one-dimensional array; a multiple of 8, so there is no padding. */
export const NDARRAY_HEADER = 8;

/** Containers one inside the other. */
export const MAX_DEPTH = 128;
/** Bytes of the longest integer. Without it, arithmetic on one number could take the receiver minutes. */
export const MAX_BIG_INTEGER = 4096;
