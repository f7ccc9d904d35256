// A few bytes, copied without a call: most strings and keys are that short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ringsnake::python {

namespace detail {

// From both ends, so that the middle may be copied twice. REQUIRES: sizeof(Word) to twice that.
template <typename Word>
void copy_ends(std::byte* to, const std::byte* from, std::size_t size) {
  Word first;
  Word last;
  std::memcpy(&first, from, sizeof first);
  std::memcpy(&last, from + size - sizeof last, sizeof last);
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + size - sizeof last, &last, sizeof last);
}

struct Sixteen {
  std::uint64_t halves[2];
};

}  // namespace detail

constexpr std::size_t kShortCopy = 2 * sizeof(detail::Sixteen);

// REQUIRES: at most kShortCopy bytes; the two do not overlap.
inline void copy_short(std::byte* to, const void* from, std::size_t size) {
  const auto* const bytes = static_cast<const std::byte*>(from);
  if (size >= sizeof(detail::Sixteen)) {
    detail::copy_ends<detail::Sixteen>(to, bytes, size);
  } else if (size >= sizeof(std::uint64_t)) {
    detail::copy_ends<std::uint64_t>(to, bytes, size);
  } else if (size >= sizeof(std::uint32_t)) {
    detail::copy_ends<std::uint32_t>(to, bytes, size);
  } else if (size != 0) {
    to[0] = bytes[0];
    to[size / 2] = bytes[size / 2];
    to[size - 1] = bytes[size - 1];
  }
}

}  // namespace ringsnake::python
