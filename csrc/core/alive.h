// A side's word that says "I am there", taken back by the kernel when its thread ends, however it
// ends: a peer that sleeps on it learns of a death at once. Normative: spec/wire/ring.md §6.
//
// How: the word stands on the *robust list* of a thread (the kernel's own list for mutexes whose
// owner dies, see `man 2 set_robust_list`). At the thread's end the kernel marks every word of the
// list that holds the thread's id, and wakes a sleeper. The list's entries must lie at a fixed
// distance behind their words. Ours lies in private memory: the control page is mapped once more
// with a private page behind it, and the words stand at that page's very end. So the peer can
// forge the word, which deceives nobody but us, but never the list.
//
// Threads: hold() and release() on one thread, the one that uses the side. A release() on
// another thread cannot touch that thread's list: it leaves two pages mapped until the process
// ends. A child of fork() holds nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "region.h"
#include "status.h"

namespace ringsnake {

class AliveHold {
 public:
  AliveHold() noexcept = default;
  AliveHold(const AliveHold&) = delete;
  AliveHold& operator=(const AliveHold&) = delete;
  ~AliveHold() { release(); }

  // Takes the word of `side` for the calling thread. With a C library that keeps no such list, the
  // word only says that the side is there, and a death is noticed by the peer's other means.
  Status hold(const Region& region, Side side) noexcept;
  // Marks the side closed, and wakes a peer that sleeps on the word.
  void release() noexcept;

 private:
  void link() noexcept;
  void unlink() noexcept;

  // Two pages: the control page and the private one. Null: nothing is held.
  std::byte* pages_ = nullptr;
  std::atomic<std::uint32_t>* word_ = nullptr;
  std::uint32_t value_ = 0;
  int process_ = 0;
  std::chrono::nanoseconds thread_birth_{};
  // On the thread's list; null: not on one.
  void* entry_ = nullptr;
};

}  // namespace ringsnake
