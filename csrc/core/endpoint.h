// One side of a region: its producer, its consumer, its waiter and its doorbell.
// Threads: one at a time. Ownership: shares the Region, owns the rest. Not movable: the waiter
// refers to the ends.
#pragma once

#include <memory>
#include <utility>

#include "doorbell.h"
#include "region.h"
#include "ring.h"
#include "waiter.h"

namespace ringsnake {

struct Endpoint {
  // `own` rouses this side, `peer` the other one.
  Endpoint(const std::shared_ptr<Region>& region, Side side, Doorbell own, Doorbell peer)
      : producer(region, side),
        consumer(region, other(side)),
        own_doorbell(std::move(own)),
        waiter(region, side, producer, consumer, std::move(peer)) {}
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  RingProducer producer;
  RingConsumer consumer;
  Doorbell own_doorbell;
  Waiter waiter;
};

}  // namespace ringsnake
