// One side's waiting and waking. Normative: spec/wire/ring.md §5.
//
// A side sleeps in one place only, its `parked` word: on the word itself (blocking wait) or in its
// event loop (doorbell). The peer wakes it after publishing a record, or after giving room back if
// the sleeper wants room.
//
// Threads: one, the one that owns this side's producer and consumer.
// Ownership: references the producer and the consumer, which must outlive it; shares the Region.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "doorbell.h"
#include "peer.h"
#include "region.h"
#include "ring.h"
#include "wait_strategy.h"

namespace ringsnake {

enum class WaitResult : std::uint8_t {
  kReady,        // a record to peek at, or the wanted room
  kTimedOut,     // the deadline passed
  kInterrupted,  // a signal arrived: run the handlers, then wait again
  kPeerDied,     // the peer process is gone and everything it sent has been peeked
};

class Waiter {
 public:
  using Clock = std::chrono::steady_clock;

  // `peer_doorbell` is pressed to rouse a peer that sleeps in its event loop.
  Waiter(std::shared_ptr<Region> region, Side side, RingProducer& producer, RingConsumer& consumer,
         Doorbell peer_doorbell) noexcept;

  // From now on blocking waits notice the death of this process.
  void watch(Peer peer) noexcept { peer_ = std::move(peer); }
  const Peer& peer() const noexcept { return peer_; }

  // While set, this side also waits for room for a payload of that many bytes.
  void want_room(std::optional<std::uint32_t> length) noexcept { wanted_room_ = length; }
  // Whether there is something to do now: a record, or the wanted room.
  bool ready() noexcept;

  // After committing a batch: wakes the peer if it sleeps. One waker of several pays for the system
  // call.
  void wake_after_commit() noexcept { wake_if_parked(wire::kParkedKindMask); }
  // After RingConsumer::release(): wakes the peer if it sleeps for want of room.
  void wake_after_release() noexcept { wake_if_parked(wire::kParkedWantsRoom); }

  // Blocks this thread: spins if that can pay, then sleeps. `deadline` nullopt: for ever.
  WaitResult wait(std::optional<Clock::time_point> deadline) noexcept;

  // For event loops. Spins for a while, if that can pay; true when ready.
  bool spin() noexcept;
  // Declares this side asleep in its event loop. False, and not asleep, when there is something to
  // do already. After true the loop may block in poll; the doorbell will be pressed.
  bool park_in_loop() noexcept;
  // The loop runs again.
  void unpark() noexcept;

 private:
  void wake_if_parked(std::uint32_t reason) noexcept;
  bool park(std::uint32_t kind) noexcept;
  bool peer_on_other_cpu() noexcept;
  void yield_for_a_while() noexcept;

  const std::shared_ptr<Region> region_;
  SideBlock& own_;
  SideBlock& other_;
  RingProducer& producer_;
  RingConsumer& consumer_;
  const Doorbell peer_doorbell_;
  Peer peer_;
  SpinBudget budget_;
  std::optional<std::uint32_t> wanted_room_;
  const bool one_cpu_;
};

}  // namespace ringsnake
