#include "waiter.h"

#include <sched.h>

#include <algorithm>
#include <utility>

#include "futex.h"

namespace ringsnake {
namespace {

// A blocking sleep ends at least this often to look whether the peer lives. Wake-ups never depend
// on it.
constexpr auto kSlice = std::chrono::milliseconds(10);
// On one CPU the peer can only answer while we let it run.
constexpr int kYields = 4;
// Between two looks at the clock, which costs about as much as this many looks at the ring.
constexpr int kPollsPerClockRead = 16;

bool runs_on_one_cpu() noexcept {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  return ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) < 2;
}

void relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

Waiter::Waiter(std::shared_ptr<Region> region, Side side, RingProducer& producer,
               RingConsumer& consumer, Doorbell peer_doorbell) noexcept
    : region_(std::move(region)),
      own_(region_->side(side)),
      other_(region_->side(other(side))),
      producer_(producer),
      consumer_(consumer),
      peer_doorbell_(std::move(peer_doorbell)),
      one_cpu_(runs_on_one_cpu()) {}

bool Waiter::ready() noexcept {
  return consumer_.readable() || (wanted_room_ && producer_.can_claim(*wanted_room_)) ||
         producer_.broken();
}

void Waiter::wake_if_parked(std::uint32_t reason) noexcept {
  // edge PARK (with Waiter::park): either this fence comes first and the sleeper's second look sees
  // what we published, or the sleeper's fence comes first and this load sees it parked.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if ((other_.parked.load(std::memory_order_relaxed) & reason) == 0) return;
  // edge WAKE (with Waiter::unpark): the exchange makes exactly one of several wakers pay for the
  // system call.
  const std::uint32_t parked =
      other_.parked.exchange(wire::kParkedRunning, std::memory_order_acq_rel);
  switch (parked & wire::kParkedKindMask) {
    case wire::kParkedFutex:
      futex_wake(other_.parked);
      break;
    case wire::kParkedEventfd:
      peer_doorbell_.press();
      break;
    default:
      break;  // someone else woke it, or a hostile value: nothing sleeps there
  }
}

bool Waiter::park(std::uint32_t kind) noexcept {
  const std::uint32_t word = wanted_room_ ? kind | wire::kParkedWantsRoom : kind;
  // edge PARK (with Waiter::wake_if_parked): the fence orders this store before the second look.
  own_.parked.store(word, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!ready()) return true;
  unpark();
  return false;
}

void Waiter::unpark() noexcept {
  // edge WAKE (with Waiter::wake_if_parked): a waker that exchanges between our waking and this
  // store only costs a spurious press, so no ordering is needed.
  own_.parked.store(wire::kParkedRunning, std::memory_order_relaxed);
}

bool Waiter::park_in_loop() noexcept { return park(wire::kParkedEventfd); }

bool Waiter::peer_on_other_cpu() noexcept {
  if (one_cpu_) return false;
  const auto cpu = static_cast<std::uint32_t>(::sched_getcpu()) + 1;
  // edge CPU (with the load below, on the other side): a hint that orders nothing, so relaxed. Only
  // this side writes it.
  if (own_.cpu.load(std::memory_order_relaxed) != cpu)
    own_.cpu.store(cpu, std::memory_order_relaxed);
  // edge CPU (with the store above, on the other side)
  return other_.cpu.load(std::memory_order_relaxed) != cpu;
}

void Waiter::yield_for_a_while() noexcept {
  for (int i = 0; i < kYields && !ready(); ++i) ::sched_yield();
}

bool Waiter::spin() noexcept {
  if (ready()) return true;
  // Two sides on one CPU: spinning would only keep the peer from answering.
  if (!peer_on_other_cpu()) {
    yield_for_a_while();
    return ready();
  }
  const SpinBudget::Duration budget = budget_.next();
  if (budget == SpinBudget::Duration::zero()) return false;
  const auto end = Clock::now() + budget;
  do {
    for (int i = 0; i < kPollsPerClockRead; ++i) {
      if (ready()) {
        budget_.hit();
        return true;
      }
      relax();
    }
  } while (Clock::now() < end);
  budget_.miss();
  return ready();
}

WaitResult Waiter::wait(std::optional<Clock::time_point> deadline) noexcept {
  if (spin()) return WaitResult::kReady;
  while (true) {
    auto slice = std::chrono::nanoseconds(kSlice);
    if (deadline) {
      const auto left = *deadline - Clock::now();
      if (left <= Clock::duration::zero())
        return ready() ? WaitResult::kReady : WaitResult::kTimedOut;
      slice = std::min(slice, std::chrono::duration_cast<std::chrono::nanoseconds>(left));
    }
    if (!park(wire::kParkedFutex)) return WaitResult::kReady;
    // edge WAKE (with Waiter::wake_if_parked): a waker may have been here already; then there is
    // nothing to sleep on.
    const std::uint32_t word = own_.parked.load(std::memory_order_relaxed);
    const FutexResult result = (word & wire::kParkedKindMask) == wire::kParkedFutex
                                   ? futex_wait(own_.parked, word, slice)
                                   : FutexResult::kValueChanged;
    unpark();
    if (ready()) return WaitResult::kReady;
    if (result == FutexResult::kInterrupted) return WaitResult::kInterrupted;
    // Dead first, then a last look: what it sent before it died is still delivered.
    if (!peer_.alive()) return ready() ? WaitResult::kReady : WaitResult::kPeerDied;
  }
}

}  // namespace ringsnake
