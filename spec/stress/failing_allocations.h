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
  static void let_fail(const AllocationFailure& failure) noexcept { state().failure = failure; }
  // Begins to watch, or ends it.
  static void watch() noexcept { state().watched = !state().watched; }
  // How many were made under watch.
  static int count() noexcept { return state().count; }
  // How many are not given back yet.
  static long alive() noexcept { return state().alive.load(); }

  // For the functions below.
  static bool fails_now() noexcept;
  static void* made(void* memory) noexcept {
    if (memory != nullptr) state().alive.fetch_add(1);
    return memory;
  }
  static void given_back(const void* memory) noexcept {
    if (memory != nullptr) state().alive.fetch_sub(1);
  }

 private:
  struct State {
    AllocationFailure failure;
    bool watched = false;
    int count = 0;
    std::atomic<long> alive = 0;
  };
  // There before the first allocation, so nothing may have to make it.
  static State& state() noexcept {
    static constinit State state;
    return state;
  }
};

inline bool Allocations::fails_now() noexcept {
  if (!state().watched) return false;
  const int count = ++state().count;
  const AllocationFailure& failure = state().failure;
  const bool fails =
      failure.nth != 0 && (count == failure.nth || (failure.lasting && count > failure.nth));
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
