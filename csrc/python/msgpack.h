// MessagePack's own tags and how its numbers lie. Normative: spec/wire/value.md. Twin:
// lib/wire/msgpack.ts.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

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

// What MessagePack's own type for moments is; ours come from the table of constants.
inline constexpr std::int8_t kExtTimestamp = -1;

// Array data and big integers lie little-endian on the wire and are copied as they are.
static_assert(std::endian::native == std::endian::little);

inline std::uint8_t swap_bytes(std::uint8_t value) { return value; }
inline std::uint16_t swap_bytes(std::uint16_t value) { return __builtin_bswap16(value); }
inline std::uint32_t swap_bytes(std::uint32_t value) { return __builtin_bswap32(value); }
inline std::uint64_t swap_bytes(std::uint64_t value) { return __builtin_bswap64(value); }

// What MessagePack itself has is big-endian, at any address.
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

// Numbers in the bodies of our extensions are little-endian, at any address.
template <typename Number>
Number load_little_endian(const std::byte* from) {
  Number value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename Number>
void store_little_endian(std::byte* to, Number value) {
  std::memcpy(to, &value, sizeof value);
}

// Whether `tag` begins an array, a map, a str, an extension.
inline bool is_array_tag(std::uint8_t tag) {
  return (tag >= kFixarray && tag < kFixstr) || tag == kArray16 || tag == kArray32;
}
inline bool is_map_tag(std::uint8_t tag) {
  return (tag >= kFixmap && tag < kFixarray) || tag == kMap16 || tag == kMap32;
}
inline bool is_str_tag(std::uint8_t tag) {
  return (tag >= kFixstr && tag < kNil) || (tag >= kStr8 && tag <= kStr32);
}
inline bool is_ext_tag(std::uint8_t tag) {
  return (tag >= kExt8 && tag <= kExt32) || (tag >= kFixext1 && tag <= kFixext16);
}

// Whether it begins with a scheme: what can be told of a URL without a parser of WHATWG's.
inline bool is_url(std::string_view href) {
  for (std::size_t i = 0; i < href.size(); ++i) {
    const auto byte = static_cast<unsigned char>(href[i]);
    const auto letter = static_cast<unsigned char>(byte | 0x20U);
    if (letter >= 'a' && letter <= 'z') continue;
    if (i == 0) return false;
    if (byte == ':') return true;
    const bool is_mark = byte == '+' || byte == '-' || byte == '.';
    if (!is_mark && (byte < '0' || byte > '9')) return false;
  }
  return false;
}

}  // namespace ringsnake::python
