// Unnamed, sealed shared memory: what a Region and a Segment are made of. Threads: any.
//
// A memfd has no name, so nothing is left behind however a process ends. It is sealed against
// resizing before its descriptor is shared: otherwise the peer could shrink it, and our next read
// would end the process.
#pragma once

#include <cstddef>
#include <utility>

#include "status.h"

namespace ringsnake {

// Closes its descriptor unless released: no early return leaks one.
class OwnedDescriptor {
 public:
  OwnedDescriptor() noexcept = default;
  explicit OwnedDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& from) noexcept : descriptor_(from.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& from) noexcept {
    std::swap(descriptor_, from.descriptor_);
    return *this;
  }
  ~OwnedDescriptor();
  int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

// Unmaps and closes at its end. In a child of fork() there is no mapping to undo (see
// MADV_DONTFORK in the .cc file), so it only closes there.
class SharedMapping {
 public:
  SharedMapping() noexcept = default;
  SharedMapping(OwnedDescriptor descriptor, std::byte* data, std::size_t size) noexcept;
  SharedMapping(SharedMapping&& from) noexcept { *this = std::move(from); }
  SharedMapping& operator=(SharedMapping&& from) noexcept;
  ~SharedMapping();

  int descriptor() const noexcept { return descriptor_.get(); }
  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  // False in a child of fork(): the bytes are not there.
  bool is_mapped_here() const noexcept;

 private:
  OwnedDescriptor descriptor_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  int process_ = 0;  // the one that mapped it
};

// When the pages get into this process's page table.
enum class Prefault : bool { kNo, kYes };

// Makes and maps `size` bytes, all of them reserved: otherwise a full machine would show itself as
// SIGBUS in the middle of a write.
Status create_shared_memory(std::size_t size, Prefault prefault, SharedMapping* out) noexcept;

// Maps all of what the peer made. Refuses what could shrink, and any size outside of the limits.
Status attach_shared_memory(OwnedDescriptor descriptor, std::size_t least, std::size_t most,
                            Prefault prefault, SharedMapping* out) noexcept;

}  // namespace ringsnake
