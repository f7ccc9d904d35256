// One side of a channel: its producer, its consumer, its waiter, its doorbell and its segments.
// Normative: spec/wire/bulk.md §1 for how two of them meet.
//
// Threads: one at a time; the one that makes it holds its alive word (alive.h). Ownership: shares
// the Region, owns the rest. Not movable: the waiter refers to the ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "alive.h"
#include "bulk.h"
#include "doorbell.h"
#include "region.h"
#include "ring.h"
#include "shared_memory.h"
#include "waiter.h"

namespace ringsnake {

struct EndpointOptions {
  std::uint32_t ring_capacity = wire::kRingCapacityDefault;  // bytes each way; the creator's choice
  // Bytes that one side may have in segments, idle ones included.
  std::uint64_t bulk_limit = wire::kBulkLimitDefault;
  WaitStrategy waiting;
};

class Endpoint {
 public:
  struct Parts {
    std::shared_ptr<Region> region;
    Side side = Side::kCreator;
    Doorbell own;            // rouses this side
    Doorbell peer;           // rouses the other one
    OwnedDescriptor socket;  // -1: no bulk messages
  };
  // Of parts that came another way, such as with a handshake.
  static Status make(Parts parts, const EndpointOptions& options,
                     std::unique_ptr<Endpoint>* out) noexcept;
  // Side 0 of a new channel. `peer_socket` is all that the other side needs: the caller owns it,
  // and sees that the peer inherits or gets it.
  static Status create(const EndpointOptions& options, std::unique_ptr<Endpoint>* out,
                       OwnedDescriptor* peer_socket) noexcept;
  // Side 1, from the socket that create() gave. Takes it over, whatever the outcome; but a creator
  // in this very process keeps its own, so this works on a copy then.
  static Status attach(int socket, const EndpointOptions& options,
                       std::unique_ptr<Endpoint>* out) noexcept;

  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  // Tells the peer that this side is closed.
  ~Endpoint();

  // Creator: takes the peer's answer, if it is there, and watches its process from then on.
  // An error when the peer went away before it answered. Cheap once they have met.
  Status meet() noexcept;
  // Whether its answer is still to come.
  bool awaits_peer() const noexcept { return awaits_peer_; }
  // Readable once the peer has answered or gone, until meet() took note of it; -1 then, and for an
  // attacher. For event loops, which otherwise only learn of a peer's end by its pidfd.
  int meeting_descriptor() const noexcept { return awaits_peer_ ? socket_.get() : -1; }

  // BasicWaiter::wait(), which also ends when a peer goes away that has not attached yet.
  WaitResult wait(std::optional<Waiter::Clock::time_point> deadline) noexcept {
    return waiter.spin() ? WaitResult::kReady : sleep_until(deadline);
  }
  // The same without spinning: see BasicWaiter::sleep_until().
  WaitResult sleep_until(std::optional<Waiter::Clock::time_point> deadline) noexcept;
  // A segment to fill; see BulkLender::try_allocate(). When there is none,
  // BasicWaiter::want_segment() makes a wait end as soon as one comes back.
  Status try_allocate(std::uint64_t size, std::optional<BulkLender::Allocation>* out) noexcept;
  // The same for the data of a value; see BulkLender::try_allocate_value(). Nobody waits for these:
  // it leaves alone what whoever waits for a segment has noted.
  Status try_allocate_value(std::uint64_t size,
                            std::optional<BulkLender::Allocation>* out) noexcept;
  // The message that a record of kind kBulk stands for.
  Status borrow(std::span<const std::byte> reference, std::optional<Loan>* out) noexcept;

  // The data that extension 7 stands for: see BulkBorrower::borrow_value().
  Status borrow_value(const ValueReference& reference, std::optional<Loan>* out) noexcept;

  const std::shared_ptr<Region>& region() const noexcept { return region_; }

 private:
  const std::shared_ptr<Region> region_;

 public:
  RingProducer producer;
  RingConsumer consumer;
  Doorbell own_doorbell;
  Waiter waiter;

 private:
  Endpoint(Parts parts, const EndpointOptions& options) noexcept;

  OwnedDescriptor socket_;
  bool awaits_peer_ = false;

 public:
  BulkLender lender;

 private:
  BulkBorrower borrower_;
  AliveHold alive_;
};

}  // namespace ringsnake
