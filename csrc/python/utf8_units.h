// UTF-8 in units of UTF-16. All of it REQUIRES well-formed UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>

#include "msgpack.h"

namespace ringsnake::python {

constexpr unsigned char kFirstLeadAboveLatin1 = 0xc4;
constexpr unsigned char kFirstLeadOfFour = 0xf0;

// How many code units it has in UTF-16.
inline std::size_t utf16_units(const char* utf8, std::size_t size) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if ((byte & 0xc0U) != 0x80) units += byte >= kFirstLeadOfFour ? 2 : 1;
  }
  return units;
}

inline bool is_latin1(const char* utf8, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (static_cast<unsigned char>(utf8[i]) >= kFirstLeadAboveLatin1) return false;
  }
  return true;
}

// The code point that begins at `*from`, which then stands behind it.
inline std::uint32_t next_code_point(const char** from) {
  const auto* const at = reinterpret_cast<const unsigned char*>(*from);
  if (at[0] < 0x80) {
    *from += 1;
    return at[0];
  }
  if (at[0] < 0xe0) {
    *from += 2;
    return (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
  }
  if (at[0] < kFirstLeadOfFour) {
    *from += 3;
    return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
  }
  *from += 4;
  return (at[0] & 0x07U) << 18 | (at[1] & 0x3fU) << 12 | (at[2] & 0x3fU) << 6 | (at[3] & 0x3fU);
}

// REQUIRES: room for one byte a character, all of them in Latin-1.
inline void store_latin1(std::byte* to, const char* utf8, std::size_t size) {
  const char* const end = utf8 + size;
  while (utf8 < end) *to++ = static_cast<std::byte>(next_code_point(&utf8));
}

// REQUIRES: room for two bytes a unit.
inline void store_utf16(std::byte* to, const char* utf8, std::size_t size) {
  const char* const end = utf8 + size;
  while (utf8 < end) {
    const std::uint32_t point = next_code_point(&utf8);
    if (point > 0xffff) {
      store_little_endian(to, static_cast<std::uint16_t>(0xd7c0U + (point >> 10)));
      store_little_endian(to + 2, static_cast<std::uint16_t>(0xdc00U | (point & 0x3ffU)));
      to += 4;
    } else {
      store_little_endian(to, static_cast<std::uint16_t>(point));
      to += 2;
    }
  }
}

}  // namespace ringsnake::python
