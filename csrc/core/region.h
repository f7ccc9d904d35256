// A shared mapping of one control page and two rings. Normative: spec/wire/ring.md §2.
//
// Threads: immutable after construction; any thread may read its fields.
// Ownership: owns its mapping and its descriptor; share it by shared_ptr, the last one unmaps.
// The memory is an unnamed memfd, sealed against resizing, so nothing is left behind however a
// process ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "ring_layout.h"
#include "shared_memory.h"
#include "status.h"

namespace ringsnake {

class Region {
 public:
  // Makes a region with two rings of `ring_capacity` bytes each: a power of two from 64 KiB to 1
  // GiB. All of its memory is reserved now, so no later write can fail for want of memory.
  static Status create(std::uint32_t ring_capacity, std::shared_ptr<Region>* out) noexcept;

  // Maps a region made by the peer. Takes `descriptor` over, whatever the outcome.
  // Refuses a descriptor that could still shrink or whose header does not fit its size.
  static Status attach(int descriptor, std::shared_ptr<Region>* out) noexcept;

  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  std::byte* data() const noexcept { return mapping_.data(); }
  std::size_t size() const noexcept { return mapping_.size(); }
  int descriptor() const noexcept { return mapping_.descriptor(); }
  // False in a child of fork(): nothing of the region may be touched there.
  bool is_mapped_here() const noexcept { return mapping_.is_mapped_here(); }
  // Copied from the header once, when it was checked: the peer cannot change it under us.
  std::uint32_t ring_capacity() const noexcept { return ring_capacity_; }

  SideBlock& side(Side side) const noexcept { return page().sides[static_cast<int>(side)]; }
  std::atomic<std::uint32_t>& alive(Side side) const noexcept {
    return page().alive[static_cast<int>(side)].alive;
  }
  RingBlock& ring(Side producer) const noexcept { return page().rings[static_cast<int>(producer)]; }
  std::byte* ring_data(Side producer) const noexcept {
    return data() + wire::kControlPageBytes +
           static_cast<std::size_t>(producer) * static_cast<std::size_t>(ring_capacity_);
  }

 private:
  static Status adopt(SharedMapping mapping, std::uint32_t ring_capacity,
                      std::shared_ptr<Region>* out) noexcept;
  Region(SharedMapping mapping, std::uint32_t ring_capacity) noexcept
      : mapping_(std::move(mapping)), ring_capacity_(ring_capacity) {}
  ControlPage& page() const noexcept { return *reinterpret_cast<ControlPage*>(data()); }

  const SharedMapping mapping_;
  const std::uint32_t ring_capacity_;
};

}  // namespace ringsnake
