// One record in a ring: an 8-byte header and its payload. Normative: spec/wire/ring.md §3.
//
//   0        4        8                 8 + length    rounded up to 8
//   ┌────────┬────────┬─────────────────┬─────────┐
//   │ commit │ kind   │ payload         │ zeros   │
//   └────────┴────────┴─────────────────┴─────────┘
//
// commit: 0 = not there yet, length + 1, or the padding word. A padding record fills the ring to
// its end; it has no payload.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire_constants.gen.h"

namespace ringsnake {

// What a payload is.
enum class RecordKind : std::uint8_t {
  kMessage = wire::kRecordKindMessage,
  kBulk = wire::kRecordKindBulk,  // a reference to a segment: bulk.h
};

// A record as its consumer sees it. The peer can still change the bytes.
struct Record {
  std::span<const std::byte> payload;
  RecordKind kind;
};

// Bytes a record with `length` payload bytes takes in the ring. REQUIRES: length <= 2^31.
constexpr std::uint32_t record_bytes(std::uint32_t length) noexcept {
  constexpr std::uint32_t kMask = wire::kRecordAlignment - 1;
  return wire::kRecordHeaderBytes + ((length + kMask) & ~kMask);
}

// The largest payload of a ring of `capacity` bytes: it fits wherever the positions are.
constexpr std::uint32_t max_payload_of(std::uint32_t capacity) noexcept {
  return capacity / 2 - wire::kRecordHeaderBytes;
}

// Whether a record may say that it has `length` payload bytes, `tail` bytes before the ring's end.
// `length` may be any 32-bit value, so it is compared with what is known to be good.
constexpr bool is_payload_length(std::uint32_t length, std::uint32_t tail,
                                 std::uint32_t capacity) noexcept {
  return length <= tail - wire::kRecordHeaderBytes && length <= max_payload_of(capacity);
}

}  // namespace ringsnake
