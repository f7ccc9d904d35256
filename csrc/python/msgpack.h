// MessagePack's own tags, and our extension types and limits. Normative: spec/wire/value.md. Twin:
// lib/wire/msgpack.ts.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "../core/wire_constants.gen.h"

namespace ringsnake::python {

enum Tag : std::uint8_t {
  kMaxPositiveFixint = 0x7f,
  kFixmap = 0x80,
  kFixarray = 0x90,
  kFixstr = 0xa0,
  kNil = 0xc0,
  kNeverUsed = 0xc1,  // the one byte MessagePack leaves without a meaning
  kFalse = 0xc2,
  kTrue = 0xc3,
  kBin8 = 0xc4,
  kBin16 = 0xc5,
  kBin32 = 0xc6,
  kExt8 = 0xc7,
  kExt16 = 0xc8,
  kExt32 = 0xc9,
  kFloat32 = 0xca,
  kFloat64 = 0xcb,
  kUint8 = 0xcc,
  kUint16 = 0xcd,
  kUint32 = 0xce,
  kUint64 = 0xcf,
  kInt8 = 0xd0,
  kInt16 = 0xd1,
  kInt32 = 0xd2,
  kInt64 = 0xd3,
  kFixext1 = 0xd4,
  kFixext2 = 0xd5,
  kFixext4 = 0xd6,
  kFixext8 = 0xd7,
  kFixext16 = 0xd8,
  kStr8 = 0xd9,
  kStr16 = 0xda,
  kStr32 = 0xdb,
  kArray16 = 0xdc,
  kArray32 = 0xdd,
  kMap16 = 0xde,
  kMap32 = 0xdf,
  kNegativeFixint = 0xe0,
};

using wire::kExtBigInteger;
using wire::kExtNdarray;
using wire::kExtUndefined;
using wire::kMaxBigInteger;
using wire::kMaxDepth;
using wire::kNdarrayFloat64;
using wire::kNdarrayHeader;
using wire::kNdarrayVersion;

// Array data and big integers lie little-endian on the wire and are copied as they are.
static_assert(std::endian::native == std::endian::little);

inline std::uint8_t swap_bytes(std::uint8_t value) { return value; }
inline std::uint16_t swap_bytes(std::uint16_t value) { return __builtin_bswap16(value); }
inline std::uint32_t swap_bytes(std::uint32_t value) { return __builtin_bswap32(value); }
inline std::uint64_t swap_bytes(std::uint64_t value) { return __builtin_bswap64(value); }

// Everything else is big-endian, at any address.
template <typename Unsigned>
Unsigned load_big_endian(const std::byte* from) {
  Unsigned value;
  std::memcpy(&value, from, sizeof value);
  return swap_bytes(value);
}

template <typename Unsigned>
void store_big_endian(std::byte* to, Unsigned value) {
  value = swap_bytes(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace ringsnake::python
