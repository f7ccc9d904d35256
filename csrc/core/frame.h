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
};

// REQUIRES: `out` has wire::kFrameHeaderBytes.
inline void write_frame_header(std::byte* out, const FrameHeader& header) noexcept {
  std::memset(out, 0, wire::kFrameHeaderBytes);
  std::memcpy(out + wire::kFrameKindOffset, &header.kind, sizeof header.kind);
  std::memcpy(out + wire::kFrameInterfaceOffset, &header.interface_index,
              sizeof header.interface_index);
  std::memcpy(out + wire::kFrameCallIdOffset, &header.call_id, sizeof header.call_id);
  std::memcpy(out + wire::kFrameMethodOffset, &header.method_index, sizeof header.method_index);
}

// Nothing when the frame is shorter than a header or has bits set that this version reserves.
inline std::optional<FrameHeader> read_frame_header(std::span<const std::byte> frame) noexcept {
  if (frame.size() < wire::kFrameHeaderBytes) return std::nullopt;
  FrameHeader header{};
  std::uint8_t flags = 0;
  std::uint32_t reserved = 0;
  std::memcpy(&header.kind, &frame[wire::kFrameKindOffset], sizeof header.kind);
  std::memcpy(&flags, &frame[wire::kFrameFlagsOffset], sizeof flags);
  std::memcpy(&header.interface_index, &frame[wire::kFrameInterfaceOffset],
              sizeof header.interface_index);
  std::memcpy(&header.call_id, &frame[wire::kFrameCallIdOffset], sizeof header.call_id);
  std::memcpy(&header.method_index, &frame[wire::kFrameMethodOffset], sizeof header.method_index);
  std::memcpy(&reserved, &frame[wire::kFrameReservedOffset], sizeof reserved);
  if (flags != 0 || reserved != 0) return std::nullopt;
  return header;
}

}  // namespace ringsnake
