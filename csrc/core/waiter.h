// One side's waiting and waking. Normative: spec/wire/ring.md §5 and §6.
//
// A side sleeps in one place only, its `parked` word: on the word itself (blocking wait) or in its
// event loop (doorbell). The peer wakes it after publishing a record, or after giving room back if
// the sleeper wants room.
//
// Threads: one, the one that owns this side's producer and consumer.
// Ownership: references the producer and the consumer, which must outlive it; shares the Region.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "ring.h"
#include "wait_strategy.h"

namespace ringsnake {

enum class WaitResult : std::uint8_t {
  kReady,        // a record to peek at, or the wanted room
  kTimedOut,     // the deadline passed
  kInterrupted,  // a signal arrived: run the handlers, then wait again
  kPeerDied,     // the peer is gone and everything it sent has been peeked
  kPeerClosed,   // the peer closed its side, and everything it sent has been peeked
};

enum class PeerState : std::uint8_t { kThere, kDied, kClosed };

// What a side's waiting did so far.
struct WaitCounts {
  std::uint64_t parks = 0;           // times it declared itself asleep
  std::uint64_t spurious_wakes = 0;  // sleeps that ended with nothing to do
  std::uint64_t wakes_sent = 0;      // system calls that roused the peer
  std::uint64_t spins_hit = 0;       // spins and yields that ended with something to do
  std::uint64_t spins_missed = 0;
  std::uint64_t moves = 0;  // times it left the CPU it shared with the peer
  // Sleeps that nobody ended although there was something to do: lost wake-ups. 0, or a defect.
  std::uint64_t slice_expired = 0;
};

template <class Memory>
class BasicWaiter {
 public:
  using Clock = typename Memory::Clock;
  using Region = typename Memory::Region;
  using Doorbell = typename Memory::Doorbell;
  using Peer = typename Memory::Peer;

  // `peer_doorbell` is pressed to rouse a peer that sleeps in its event loop.
  BasicWaiter(std::shared_ptr<Region> region, Side side, BasicRingProducer<Memory>& producer,
              BasicRingConsumer<Memory>& consumer, Doorbell peer_doorbell) noexcept
      : region_(std::move(region)),
        own_(region_->side(side)),
        other_(region_->side(other(side))),
        peer_alive_(region_->alive(other(side))),
        producer_(producer),
        consumer_(consumer),
        peer_doorbell_(std::move(peer_doorbell)),
        makes_room_(side == Side::kAttacher),
        usable_cpus_(Memory::usable_cpus()) {}

  // From now on waits notice the end of this process, too.
  void watch(Peer peer) noexcept { peer_ = std::move(peer); }
  const Peer& peer() const noexcept { return peer_; }
  void set_strategy(WaitStrategy strategy) noexcept { budget_ = SpinBudget(strategy); }

  // While set, this side also waits for room for a payload of that many bytes.
  void want_room(std::optional<std::uint32_t> length) noexcept { wanted_room_ = length; }
  // While set, this side also waits for a segment that it lent to come back after the last
  // note_returned().
  void want_segment(bool wanted) noexcept { wants_segment_ = wanted; }
  // Before looking for a segment that is back: one that comes later is not overlooked.
  void note_returned() noexcept {
    // edge RETURN (with count_returned): before the looks at the segments' own words.
    seen_returned_ = own_.returned.load(std::memory_order_acquire);
  }
  // After giving a segment back to the peer. Threads: any, as it touches shared words only.
  void count_returned() noexcept {
    // edge RETURN (with note_returned)
    other_.returned.fetch_add(1, std::memory_order_release);
    wake_if_parked(wire::kParkedWantsRoom);
  }
  // Whether there is something to do now: a record, or the wanted room or segment.
  bool ready() noexcept {
    return consumer_.readable() || (wanted_room_ && producer_.can_claim(*wanted_room_)) ||
           segment_came_back() || producer_.broken();
  }

  // After committing a batch: wakes the peer if it sleeps. One waker of several pays for the system
  // call.
  void wake_after_commit() noexcept {
    if (wake_if_parked(wire::kParkedKindMask)) counts_.wakes_sent += 1;
  }
  // After giving room or a segment back: wakes the peer if it sleeps for want of either.
  void wake_after_release() noexcept {
    if (wake_if_parked(wire::kParkedWantsRoom)) counts_.wakes_sent += 1;
  }

  // Blocks this thread: spins if that can pay, then sleeps. `deadline` nullopt: for ever.
  WaitResult wait(std::optional<typename Clock::time_point> deadline) noexcept {
    return spin() ? WaitResult::kReady : sleep_until(deadline);
  }
  // The same without spinning: to go on with a wait that had to look at something else.
  WaitResult sleep_until(std::optional<typename Clock::time_point> deadline) noexcept;

  // The first looks of a spin, so few that the caller may hold a lock meanwhile: an answer of a
  // peer that runs comes sooner than a lock is given up and taken again. True when ready.
  bool look_briefly() noexcept;
  // For event loops. Spins for a while, if that can pay; true when ready.
  bool spin() noexcept;
  // Declares this side asleep in its event loop. False, and not asleep, when there is something to
  // do already, peer_gone() included. After true the loop may block in poll; the doorbell will be
  // pressed.
  bool park_in_loop() noexcept {
    if (!park(wire::kParkedEventfd)) return false;
    // After the fence of park(): a peer that closes either sees us parked or is seen here.
    if (end_told_ || !word_says_gone() || peer_state() == PeerState::kThere) return true;
    unpark();
    return false;
  }
  // For event loops, after each turn: whether the peer has gone. True once; a death that only the
  // process tells, which the loop watches itself, is passed with `process_ended`.
  bool peer_gone(bool process_ended) noexcept;
  // The loop runs again.
  void unpark() noexcept;

  // Whether peer_state() is worth asking: a look at one word. "Closed" has this bit, too.
  bool peer_may_be_gone() const noexcept {
    // edge ALIVE (with AliveHold): a hint, so relaxed.
    return (peer_alive_.load(std::memory_order_relaxed) & wire::kAliveOwnerDied) != 0;
  }
  // What the peer's alive word and its process say. What it sent before is still to be peeked.
  PeerState peer_state() noexcept { return peer_state_after({}); }
  const WaitCounts& counts() const noexcept { return counts_; }

 private:
  // A blocking sleep ends at least this often to look whether the peer lives: wake-ups never depend
  // on it, and neither does a death that the alive word tells. The shorter one when nothing does.
  static constexpr std::chrono::nanoseconds kSlice = std::chrono::milliseconds(250);
  static constexpr std::chrono::nanoseconds kShortSlice = std::chrono::milliseconds(5);
  // Between the kernel's mark on the alive word and the end of the process: some 2 ms for a large
  // one. Longer is only waited when the word lies, or speaks of a thread.
  static constexpr std::chrono::milliseconds kDying{5};
  // On one CPU the peer can only answer while we let it run.
  static constexpr int kYields = 4;
  // Between two looks at the clock, which costs about as much as this many looks at the ring.
  static constexpr int kPollsPerClockRead = 16;
  // In look_briefly(): less than half a microsecond.
  static constexpr int kBriefPolls = 16;
  // So many answers that came by yielding show a conversation that would gain by a second CPU.
  static constexpr std::uint32_t kMoveAfterYields = 32;
  // Between two such moves; doubled each time that it did not last, up to the second: a move costs
  // some tens of microseconds.
  static constexpr std::chrono::nanoseconds kMovePauseLeast = std::chrono::milliseconds(1);
  static constexpr std::chrono::nanoseconds kMovePauseMost = std::chrono::milliseconds(16);

  bool word_says_gone() const noexcept {
    // edge ALIVE (with AliveHold): peer_state() looks again, so relaxed.
    return peer_may_be_gone() && peer_alive_.load(std::memory_order_relaxed) != disbelieved_;
  }
  bool segment_came_back() const noexcept {
    // edge RETURN (with count_returned): the segment's own word, read after, says which one.
    return wants_segment_ && own_.returned.load(std::memory_order_acquire) != seen_returned_;
  }
  // As peer_state(); a process whose word says that it dies may take that long.
  PeerState peer_state_after(std::chrono::milliseconds patience) noexcept;
  // True when it made the system call.
  bool wake_if_parked(std::uint32_t reason) noexcept;
  bool park(std::uint32_t kind) noexcept;
  FutexResult sleep(std::uint32_t parked, std::chrono::nanoseconds slice) noexcept;
  bool peer_on_other_cpu() noexcept;
  bool yield_for_a_while() noexcept;
  void move_apart() noexcept;
  // Whether a blocking sleep is ended by the peer's death.
  bool death_wakes() const noexcept { return alive_tells_ && can_wait_on_either_; }

  using Word = typename Memory::Word;
  const std::shared_ptr<Region> region_;
  BasicSideBlock<Word>& own_;
  BasicSideBlock<Word>& other_;
  Word& peer_alive_;
  BasicRingProducer<Memory>& producer_;
  BasicRingConsumer<Memory>& consumer_;
  const Doorbell peer_doorbell_;
  // Only one side moves: two that move at once meet again.
  const bool makes_room_;
  const int usable_cpus_;
  Peer peer_;
  SpinBudget budget_;
  WaitCounts counts_;
  std::optional<std::uint32_t> wanted_room_;
  bool wants_segment_ = false;
  std::uint32_t seen_returned_ = 0;
  // False once the word said "died" of a process that lives.
  bool alive_tells_ = true;
  bool can_wait_on_either_ = Memory::can_wait_on_either();
  bool end_told_ = false;
  // What the alive word said when peer_state() did not believe it.
  std::uint32_t disbelieved_ = 0;
  std::uint32_t yields_hit_ = 0;
  std::chrono::nanoseconds move_pause_ = kMovePauseLeast;
  typename Clock::time_point next_move_{};
};

using Waiter = BasicWaiter<SystemMemory>;

template <class Memory>
bool BasicWaiter<Memory>::wake_if_parked(std::uint32_t reason) noexcept {
  // edge PARK (with BasicWaiter::park): either this fence comes first and the sleeper's second look
  // sees what we published, or the sleeper's fence comes first and this load sees it parked.
  Memory::full_fence();
  if ((other_.parked.load(std::memory_order_relaxed) & reason) == 0) return false;
  // edge WAKE (with BasicWaiter::unpark): the exchange makes exactly one of several wakers pay for
  // the system call.
  const std::uint32_t parked =
      other_.parked.exchange(wire::kParkedRunning, std::memory_order_acq_rel);
  switch (parked & wire::kParkedKindMask) {
    case wire::kParkedFutex:
      Memory::wake(other_.parked);
      return true;
    case wire::kParkedEventfd:
      peer_doorbell_.press();
      return true;
    default:
      return false;  // someone else woke it, or a hostile value: nothing sleeps there
  }
}

template <class Memory>
bool BasicWaiter<Memory>::park(std::uint32_t kind) noexcept {
  const bool wants = wanted_room_ || wants_segment_;
  // edge PARK (with BasicWaiter::wake_if_parked): the fence orders this store before the second
  // look.
  own_.parked.store(wants ? kind | wire::kParkedWantsRoom : kind, std::memory_order_relaxed);
  Memory::full_fence();
  if (!ready()) {
    counts_.parks += 1;
    return true;
  }
  unpark();
  return false;
}

template <class Memory>
void BasicWaiter<Memory>::unpark() noexcept {
  // edge WAKE (with BasicWaiter::wake_if_parked): a waker that exchanges between our waking and
  // this store only costs a spurious press, so no ordering is needed.
  own_.parked.store(wire::kParkedRunning, std::memory_order_relaxed);
}

template <class Memory>
PeerState BasicWaiter<Memory>::peer_state_after(std::chrono::milliseconds patience) noexcept {
  // edge ALIVE (with AliveHold): what the peer committed before it closed is visible.
  const std::uint32_t alive = peer_alive_.load(std::memory_order_acquire);
  if (alive == wire::kAliveClosed) return PeerState::kClosed;
  if (!peer_.known()) {
    return (alive & wire::kAliveOwnerDied) != 0 ? PeerState::kDied : PeerState::kThere;
  }
  const bool is_marked = (alive & wire::kAliveOwnerDied) != 0;
  if (peer_.ended_within(is_marked ? patience : std::chrono::milliseconds{})) {
    return PeerState::kDied;
  }
  // The kernel marks the word a moment before the process is seen to be gone; or a thread of it
  // ended that had the side; or the word lies. In each case the process is asked often from now on.
  if (is_marked) {
    alive_tells_ = false;
    disbelieved_ = alive;
  }
  return PeerState::kThere;
}

template <class Memory>
bool BasicWaiter<Memory>::peer_gone(bool process_ended) noexcept {
  if (end_told_) return false;
  end_told_ = process_ended || (word_says_gone() && peer_state() != PeerState::kThere);
  return end_told_;
}

template <class Memory>
bool BasicWaiter<Memory>::peer_on_other_cpu() noexcept {
  if (usable_cpus_ < 2) return false;
  const auto cpu = static_cast<std::uint32_t>(Memory::current_cpu()) + 1;
  // edge CPU (with the load below, on the other side): a hint that orders nothing, so relaxed. Only
  // this side writes it.
  if (own_.cpu.load(std::memory_order_relaxed) != cpu)
    own_.cpu.store(cpu, std::memory_order_relaxed);
  // edge CPU (with the store above, on the other side)
  return other_.cpu.load(std::memory_order_relaxed) != cpu;
}

template <class Memory>
bool BasicWaiter<Memory>::yield_for_a_while() noexcept {
  for (int i = 0; i < kYields; ++i) {
    Memory::yield();
    if (ready()) {
      counts_.spins_hit += 1;
      if (++yields_hit_ % kMoveAfterYields == 0) move_apart();
      return true;
    }
  }
  counts_.spins_missed += 1;
  yields_hit_ = 0;
  return false;
}

template <class Memory>
void BasicWaiter<Memory>::move_apart() noexcept {
  if (!makes_room_ || usable_cpus_ < 2) return;
  const auto now = Clock::now();
  if (now < next_move_) return;
  // A scheduler that brings us together again at once knows better: ask less often.
  const bool lasted = now - next_move_ > kMovePauseMost;
  move_pause_ = lasted ? kMovePauseLeast : std::min(move_pause_ * 2, kMovePauseMost);
  next_move_ = now + move_pause_;
  if (Memory::leave_cpu(Memory::current_cpu())) counts_.moves += 1;
}

template <class Memory>
bool BasicWaiter<Memory>::look_briefly() noexcept {
  if (ready()) return true;
  if (budget_.never() || !peer_on_other_cpu()) return false;
  for (int i = 0; i < kBriefPolls; ++i) {
    Memory::relax();
    if (!ready()) continue;
    // Otherwise the budget would learn from the late answers only.
    budget_.hit();
    counts_.spins_hit += 1;
    return true;
  }
  return false;
}

template <class Memory>
bool BasicWaiter<Memory>::spin() noexcept {
  if (ready()) return true;
  if (budget_.never()) return false;
  // Two sides on one CPU: spinning would only keep the peer from answering.
  if (!peer_on_other_cpu()) return yield_for_a_while();
  const SpinBudget::Duration budget = budget_.next();
  if (budget == SpinBudget::Duration::zero()) return false;
  const auto end = Clock::now() + budget;
  do {
    for (int i = 0; i < kPollsPerClockRead; ++i) {
      if (ready()) {
        budget_.hit();
        counts_.spins_hit += 1;
        return true;
      }
      Memory::relax();
    }
  } while (Clock::now() < end);
  budget_.miss();
  counts_.spins_missed += 1;
  return ready();
}

template <class Memory>
FutexResult BasicWaiter<Memory>::sleep(std::uint32_t parked,
                                       std::chrono::nanoseconds slice) noexcept {
  const BasicFutexWait<Word> own{own_.parked, parked};
  if (!death_wakes()) return Memory::sleep(own, nullptr, slice);
  // edge ALIVE (with AliveHold): the kernel compares once more, so a later change ends the sleep.
  const BasicFutexWait<Word> alive{peer_alive_, peer_alive_.load(std::memory_order_acquire)};
  // "Closed" has this bit, too.
  if ((alive.expected & wire::kAliveOwnerDied) != 0) return FutexResult::kValueChanged;
  return Memory::sleep(own, &alive, slice);
}

template <class Memory>
WaitResult BasicWaiter<Memory>::sleep_until(
    std::optional<typename Clock::time_point> deadline) noexcept {
  while (true) {
    auto slice = death_wakes() ? kSlice : kShortSlice;
    if (deadline) {
      const auto left = *deadline - Clock::now();
      if (left <= Clock::duration::zero())
        return ready() ? WaitResult::kReady : WaitResult::kTimedOut;
      slice = std::min(slice, std::chrono::duration_cast<std::chrono::nanoseconds>(left));
    }
    if (!park(wire::kParkedFutex)) return WaitResult::kReady;
    // edge WAKE (with BasicWaiter::wake_if_parked): a waker may have been here already; then there
    // is nothing to sleep on.
    const std::uint32_t word = own_.parked.load(std::memory_order_relaxed);
    const bool asleep = (word & wire::kParkedKindMask) == wire::kParkedFutex;
    const FutexResult result = asleep ? sleep(word, slice) : FutexResult::kValueChanged;
    // edge WAKE (with BasicWaiter::wake_if_parked): who ends a sleep has emptied the word before.
    const bool unwoken = own_.parked.load(std::memory_order_relaxed) == word;
    unpark();
    if (ready()) {
      if (result == FutexResult::kTimedOut && unwoken) counts_.slice_expired += 1;
      return WaitResult::kReady;
    }
    if (result == FutexResult::kInterrupted) return WaitResult::kInterrupted;
    if (result == FutexResult::kWoken) counts_.spurious_wakes += 1;
    // Gone first, then a last look: what it sent before is still delivered.
    const PeerState peer = peer_state_after(alive_tells_ ? kDying : std::chrono::milliseconds{});
    if (peer == PeerState::kThere) continue;
    if (ready()) return WaitResult::kReady;
    return peer == PeerState::kDied ? WaitResult::kPeerDied : WaitResult::kPeerClosed;
  }
}

}  // namespace ringsnake
