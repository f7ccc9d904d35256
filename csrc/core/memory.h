// What the rings and the waiter stand on: shared words, the fence, sleeping, the clock and the CPU.
//
// Rings and waiters are templates over a *memory policy*, so that spec/core/explorer.h can run the
// very same source under every interleaving. This file is the policy that ships: the machine.
//
// A policy gives: `Word` (a 32-bit atomic of 4 bytes), `Region`, `Doorbell`, `Peer`, `Clock`, and
// the functions below.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cpus.h"
#include "doorbell.h"
#include "futex.h"
#include "peer.h"
#include "region.h"

namespace ringsnake {

struct SystemMemory {
  using Word = std::atomic<std::uint32_t>;
  using Region = ringsnake::Region;
  using Doorbell = ringsnake::Doorbell;
  using Peer = ringsnake::Peer;
  using Clock = std::chrono::steady_clock;

  // Sequentially consistent, between any two operations of this thread.
  static void full_fence() noexcept {
    // edge PARK (both ends: BasicWaiter::park and BasicWaiter::wake_if_parked)
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  static void zero(std::byte* bytes, std::size_t count) noexcept { std::memset(bytes, 0, count); }

  // Sleeps while `word` holds `expected` and, if given, `other` holds `other_expected`.
  static FutexResult sleep(const FutexWait& own, const FutexWait* other,
                           std::chrono::nanoseconds timeout) noexcept {
    return other == nullptr ? futex_wait(own, timeout) : futex_wait_either(own, *other, timeout);
  }
  static bool can_wait_on_either() noexcept { return ringsnake::can_wait_on_either(); }
  static void wake(Word& word) noexcept { futex_wake(word); }

  // CPUs that two sides may keep busy at once, their share of time considered; at least 1.
  static int usable_cpus() noexcept { return ringsnake::usable_cpus(); }
  static int current_cpu() noexcept { return ringsnake::current_cpu(); }
  static bool leave_cpu(int cpu) noexcept { return ringsnake::leave_cpu(cpu); }
  static void yield() noexcept { yield_cpu(); }
  static void relax() noexcept { relax_cpu(); }
};

}  // namespace ringsnake
