// The head of every frame: 16 bytes, little-endian, before one value. Normative: spec/wire/frame.md
// §2. Pure; the Python half uses it. Node's half is lib/wire/frame.ts, next to its value writer.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "wire_constants.gen.h"

namespace ringsnake {

static_assert(std::endian::native == std::endian::little,
              "the wire is little-endian, and so is this code");

struct FrameHeader {
  std::uint8_t kind;  // a FrameKind once checked by whoever knows which kinds belong where
  std::uint32_t call_id;
  std::uint16_t interface_index;
  std::uint32_t method_index;
  std::uint32_t parent = 0;  // of calls: the receiver's call that this one was made for
  std::uint8_t flags = 0;
};

// REQUIRES: `out` has wire::kFrameHeaderBytes.
inline void write_frame_header(std::byte* out, const FrameHeader& header) noexcept {
  std::memcpy(out + wire::kFrameKindOffset, &header.kind, sizeof header.kind);
  std::memcpy(out + wire::kFrameFlagsOffset, &header.flags, sizeof header.flags);
  std::memcpy(out + wire::kFrameInterfaceOffset, &header.interface_index,
              sizeof header.interface_index);
  std::memcpy(out + wire::kFrameCallIdOffset, &header.call_id, sizeof header.call_id);
  std::memcpy(out + wire::kFrameMethodOffset, &header.method_index, sizeof header.method_index);
  std::memcpy(out + wire::kFrameParentOffset, &header.parent, sizeof header.parent);
}

// Nothing when the frame is shorter than a header or has bits set that this version reserves.
inline std::optional<FrameHeader> read_frame_header(std::span<const std::byte> frame) noexcept {
  if (frame.size() < wire::kFrameHeaderBytes) return std::nullopt;
  FrameHeader header{};
  std::memcpy(&header.kind, &frame[wire::kFrameKindOffset], sizeof header.kind);
  std::memcpy(&header.flags, &frame[wire::kFrameFlagsOffset], sizeof header.flags);
  std::memcpy(&header.interface_index, &frame[wire::kFrameInterfaceOffset],
              sizeof header.interface_index);
  std::memcpy(&header.call_id, &frame[wire::kFrameCallIdOffset], sizeof header.call_id);
  std::memcpy(&header.method_index, &frame[wire::kFrameMethodOffset], sizeof header.method_index);
  std::memcpy(&header.parent, &frame[wire::kFrameParentOffset], sizeof header.parent);
  if ((header.flags & ~(wire::kFrameContext | wire::kFrameBlocking)) != 0) return std::nullopt;
  return header;
}

}  // namespace ringsnake
