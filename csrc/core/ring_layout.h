// The shared bytes of a Region, field by field. Normative: spec/wire/ring.md §2 and §3.
//
//   0 ┌──────────────────────────────┐
//     │ ControlPage (4096 bytes)     │  written once by the creator, then only the atomics change
//     ├──────────────────────────────┤ 4096
//     │ ring of side 0 (capacity)    │  side 0 produces, side 1 consumes
//     ├──────────────────────────────┤ 4096 + capacity
//     │ ring of side 1 (capacity)    │  side 1 produces, side 0 consumes
//     └──────────────────────────────┘
//
// A peer may write anything here at any time: every word is read once, as an atomic, into a local
// that is checked.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "wire_constants.gen.h"

namespace ringsnake {

// Which end of the conversation: the creator of the Region is side 0.
enum class Side : std::uint8_t { kCreator = 0, kAttacher = 1 };

constexpr Side other(Side side) noexcept {
  return side == Side::kCreator ? Side::kAttacher : Side::kCreator;
}

// Hot words stand 128 bytes apart: two cache lines, because adjacent lines are prefetched in pairs.
inline constexpr std::size_t kHotStride = 128;

// State of one side as a sleeper. `Word` is the memory policy's 32-bit atomic, see memory.h.
template <class Word>
struct alignas(kHotStride) BasicSideBlock {
  // wire::kParked…; written by its side, exchanged to 0 by the peer that wakes it.
  alignas(kHotStride) Word parked;
  // The CPU this side ran on last, plus 1; 0 when unknown. Written by its side only; a hint.
  alignas(kHotStride) Word cpu;
  // Counts the segments that this side lent and the peer gave back. Written by the peer.
  alignas(kHotStride) Word returned;
  std::byte reserved[wire::kSideBlockStride - 3 * kHotStride];
};

// State of one ring.
template <class Word>
struct alignas(kHotStride) BasicRingBlock {
  // Bytes consumed since the beginning, modulo 2^32. Written by the consumer only.
  alignas(kHotStride) Word read_position;
  std::byte reserved[wire::kRingBlockStride - kHotStride];
};

// Whether one side is there: wire::kAlive…, or the id of the thread that holds it (alive.h).
// Written by its side, and by the kernel when that thread ends.
template <class Word>
struct alignas(wire::kSideAliveStride) BasicAliveBlock {
  Word alive;
};

using SideBlock = BasicSideBlock<std::atomic<std::uint32_t>>;
using RingBlock = BasicRingBlock<std::atomic<std::uint32_t>>;
using AliveBlock = BasicAliveBlock<std::atomic<std::uint32_t>>;

struct ControlPage {
  // Written by the creator before the descriptor is shared; never again.
  std::uint32_t magic;
  std::uint32_t version;
  std::uint32_t ring_capacity;  // bytes of each ring
  std::byte reserved_head[wire::kSideBlockOffset - 12];
  SideBlock sides[2];
  std::byte
      reserved_middle[wire::kRingBlockOffset - wire::kSideBlockOffset - 2 * wire::kSideBlockStride];
  RingBlock rings[2];  // index: the producing side
  std::byte
      reserved_tail[wire::kSideAliveOffset - wire::kRingBlockOffset - 2 * wire::kRingBlockStride];
  AliveBlock alive[2];  // at the page's very end: alive.h says why
  std::byte
      reserved_end[wire::kControlPageBytes - wire::kSideAliveOffset - 2 * wire::kSideAliveStride];
};

static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
static_assert(sizeof(std::atomic<std::uint32_t>) == 4);
static_assert(offsetof(ControlPage, magic) == wire::kRegionMagicOffset);
static_assert(offsetof(ControlPage, version) == wire::kRegionVersionOffset);
static_assert(offsetof(ControlPage, ring_capacity) == wire::kRegionRingCapacityOffset);
static_assert(offsetof(ControlPage, sides) == wire::kSideBlockOffset);
static_assert(sizeof(SideBlock) == wire::kSideBlockStride);
static_assert(offsetof(SideBlock, parked) == wire::kSideParkedOffset);
static_assert(offsetof(SideBlock, cpu) == wire::kSideCpuOffset);
static_assert(offsetof(SideBlock, returned) == wire::kSideReturnedOffset);
static_assert(offsetof(ControlPage, rings) == wire::kRingBlockOffset);
static_assert(sizeof(RingBlock) == wire::kRingBlockStride);
static_assert(offsetof(RingBlock, read_position) == wire::kRingReadPositionOffset);
static_assert(offsetof(ControlPage, alive) == wire::kSideAliveOffset);
static_assert(sizeof(AliveBlock) == wire::kSideAliveStride);
static_assert(sizeof(ControlPage) == wire::kControlPageBytes);

}  // namespace ringsnake
