// One record in a ring: an 8-byte header and its payload. Normative: spec/wire/ring.md §3.
//
//   0        4        8                 8 + length    rounded up to 8
//   ┌────────┬────────┬─────────────────┬─────────┐
//   │ commit │ 0      │ payload         │ zeros   │   commit: 0 = not there yet, length + 1, or the
//   padding word └────────┴────────┴─────────────────┴─────────┘
//
// A padding record fills the ring to its end; its commit word is kRecordPaddingWord and it has no
// payload.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "wire_constants.gen.h"

namespace ringsnake {

// Bytes a record with `length` payload bytes takes in the ring. REQUIRES: length <= 2^31.
constexpr std::uint32_t record_bytes(std::uint32_t length) noexcept {
  constexpr std::uint32_t kMask = wire::kRecordAlignment - 1;
  return wire::kRecordHeaderBytes + ((length + kMask) & ~kMask);
}

// The commit word at `record`. REQUIRES: `record` is 8-byte aligned inside a mapped ring.
inline std::atomic_ref<std::uint32_t> commit_word(std::byte* record) noexcept {
  return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(record));
}

}  // namespace ringsnake
