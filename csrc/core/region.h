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

#include "ring_layout.h"
#include "status.h"

namespace ringsnake {

class Region {
 public:
  // Makes a region with two rings of `ring_capacity` bytes each: a power of two from 64 KiB to 1
  // GiB. All of its memory is reserved now, so no later write can fail for want of memory.
  static Status create(std::uint32_t ring_capacity, std::shared_ptr<Region>* out);

  // Maps a region made by the peer. Takes `descriptor` over, whatever the outcome.
  // Refuses a descriptor that could still shrink or whose header does not fit its size.
  static Status attach(int descriptor, std::shared_ptr<Region>* out);

  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region();

  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  int descriptor() const noexcept { return descriptor_; }
  // Copied from the header once, when it was checked: the peer cannot change it under us.
  std::uint32_t ring_capacity() const noexcept { return ring_capacity_; }

  SideBlock& side(Side side) const noexcept { return page().sides[static_cast<int>(side)]; }
  RingBlock& ring(Side producer) const noexcept { return page().rings[static_cast<int>(producer)]; }
  std::byte* ring_data(Side producer) const noexcept {
    return data_ + wire::kControlPageBytes +
           static_cast<std::size_t>(producer) * static_cast<std::size_t>(ring_capacity_);
  }

 private:
  Region(int descriptor, std::byte* data, std::size_t size, std::uint32_t ring_capacity) noexcept
      : descriptor_(descriptor), data_(data), size_(size), ring_capacity_(ring_capacity) {}
  ControlPage& page() const noexcept { return *reinterpret_cast<ControlPage*>(data_); }

  const int descriptor_;
  std::byte* const data_;
  const std::size_t size_;
  const std::uint32_t ring_capacity_;
};

}  // namespace ringsnake
