// The program's own allocator, of which one allocation fails: the C library's, behind a count. To
// be included once in a program. Threads: any, for counting; failures are for one.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace ringsnake::spec {

// Of allocations under watch, the `nth` (from 1) fails; 0: none.
struct AllocationFailure {
  int nth = 0;
  bool lasting = false;  // and all after it
};

class Allocations {
 public:
  static void let_fail(const AllocationFailure& failure) noexcept { failure_ = failure; }
  // Begins to watch, or ends it.
  static void watch() noexcept { watched_ = !watched_; }
  // How many were made under watch.
  static int count() noexcept { return count_; }
  // How many are not given back yet.
  static long alive() noexcept { return alive_.load(); }

  // For the functions below.
  static bool fails_now() noexcept;
  static void* made(void* memory) noexcept {
    if (memory != nullptr) alive_.fetch_add(1);
    return memory;
  }
  static void given_back(const void* memory) noexcept {
    if (memory != nullptr) alive_.fetch_sub(1);
  }

 private:
  static inline AllocationFailure failure_;
  static inline bool watched_ = false;
  static inline int count_ = 0;
  static inline std::atomic<long> alive_ = 0;
};

inline bool Allocations::fails_now() noexcept {
  if (!watched_) return false;
  count_ += 1;
  const bool fails =
      failure_.nth != 0 && (count_ == failure_.nth || (failure_.lasting && count_ > failure_.nth));
  if (fails) errno = ENOMEM;
  return fails;
}

}  // namespace ringsnake::spec

// They are the C library's, not ours: their names and those of their parameters, too.
// NOLINTBEGIN
#if defined(__GLIBC__)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) noexcept {
  using ringsnake::spec::Allocations;
  return Allocations::fails_now() ? nullptr : Allocations::made(__libc_malloc(size));
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  using ringsnake::spec::Allocations;
  return Allocations::fails_now() ? nullptr : Allocations::made(__libc_calloc(count, size));
}

void* realloc(void* memory, std::size_t size) noexcept {
  using ringsnake::spec::Allocations;
  if (Allocations::fails_now()) return nullptr;
  void* const moved = __libc_realloc(memory, size);
  // Nothing before: an allocation. No size: given back.
  if (memory == nullptr) return Allocations::made(moved);
  if (moved == nullptr && size == 0) Allocations::given_back(memory);
  return moved;
}

void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  using ringsnake::spec::Allocations;
  return Allocations::fails_now() ? nullptr : Allocations::made(__libc_memalign(alignment, size));
}

void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return aligned_alloc(alignment, size);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  void* const memory = aligned_alloc(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *out = memory;
  return 0;
}

void free(void* memory) noexcept {
  ringsnake::spec::Allocations::given_back(memory);
  __libc_free(memory);
}
}
#endif
// NOLINTEND
