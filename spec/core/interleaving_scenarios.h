// What the two sides do while every interleaving is explored.
#pragma once

#include "interleaving_party.h"

namespace ringsnake::spec {

struct Scenario {
  const char* sentence;
  // Each side's part; `party.index` says which.
  void (*body)(Party& party);
  std::uint32_t capacity = 64;
  // The adaptive strategy on one CPU, instead of sleeping at once.
  bool yields_before_sleep = false;
  // Few enough interleavings for no bound on preemptions.
  bool is_short = false;
};

// Side 0 sends three records that wrap, with a padding record between; side 1 waits for them.
template <Style How>
void one_way(Party& party) {
  if (party.index == 0) return party.converse(Style::kBlocking, {.to_send = 3});
  party.converse(How, {.to_receive = 3});
}

template <Style How>
void one_record(Party& party) {
  if (party.index == 0) return party.converse(Style::kBlocking, {.to_send = 1});
  party.converse(How, {.to_receive = 1});
}

template <Style Zero, Style One>
void both_ways(Party& party) {
  party.converse(party.index == 0 ? Zero : One, {.to_send = 2, .to_receive = 2});
}

// A call and its answer, twice.
template <Style Zero, Style One>
void ping_pong(Party& party) {
  for (std::uint32_t i = 1; i <= 2; ++i) {
    if (party.index == 0) {
      party.converse(Zero, {.to_send = i, .to_receive = i});
    } else {
      party.converse(One, {.to_send = i - 1, .to_receive = i});
      party.converse(One, {.to_send = i, .to_receive = i});
    }
  }
}

// Three records of which two fill the ring: side 0 waits for room.
template <Style Zero, Style One>
void full_ring(Party& party) {
  if (party.index == 0) return party.converse(Zero, {.to_send = 3, .length = 12});
  party.converse(One, {.to_receive = 3, .length = 12});
}

// The third record would fill the ring to its last byte, but the header after it needs room, too.
template <Style Zero, Style One>
void exact_fit(Party& party) {
  if (party.index == 1) return party.converse(One, {.to_receive = 3});
  party.converse(Zero, {.to_send = 2, .length = 12});
  party.converse(Zero, {.to_send = 3});
}

template <Style Zero, Style One>
void both_full(Party& party) {
  party.converse(party.index == 0 ? Zero : One, {.to_send = 3, .to_receive = 3, .length = 12});
}

template <Style How>
void batch(Party& party) {
  if (party.index == 1) return party.converse(How, {.to_receive = 3});
  party.send_batch(3);
  party.waiter.wake_after_commit();
}

template <Style How>
void three_with_one_wake(Party& party) {
  if (party.index == 1) return party.converse(How, {.to_receive = 3});
  for (int i = 0; i < 3; ++i)
    if (!party.try_send(4)) machine.fail("full", "record %d", i);
  party.waiter.wake_after_commit();
}

template <Style How>
void abort_between(Party& party) {
  if (party.index == 1) return party.converse(How, {.to_receive = 2});
  for (int i = 0; i < 2; ++i) {
    const auto claim = party.claim(4);
    if (!claim) machine.fail("full", "record %d", i);
    Party::fill(claim->first(4), 2, 0xee);
    party.producer.abort();
    if (!party.try_send(4)) machine.fail("full", "record %d", i);
    party.waiter.wake_after_commit();
  }
}

template <Style How>
void close_after_sending(Party& party) {
  if (party.index == 1) return party.receive_until_gone(How, 2);
  party.converse(Style::kBlocking, {.to_send = 2});
  party.close();
}

template <Style How>
void close_right_after_commit(Party& party) {
  if (party.index == 1) return party.receive_until_gone(How, 1);
  party.try_send(4);
  party.close();
}

template <Style How>
void close_at_once(Party& party) {
  if (party.index == 1) return party.receive_until_gone(How, 0);
  party.close();
}

template <Style How>
void both_close(Party& party) {
  party.converse(How, {.to_send = 1, .to_receive = 1});
  party.close();
}

template <Style How>
void die_after_sending(Party& party) {
  if (party.index == 1) return party.receive_until_gone(How, 2);
  party.converse(Style::kBlocking, {.to_send = 1});
  party.try_send(4);
  party.die();
}

// Side 0 lends its one segment twice; side 1 gives it back each time.
template <Style Zero, Style One>
void lend_twice(Party& party) {
  if (party.index == 0) {
    for (int i = 0; i < 2; ++i) {
      party.await_segment(Zero);
      region.segment.store(1, std::memory_order_relaxed);
      party.try_send(4);
      party.waiter.wake_after_commit();
    }
    return party.await_segment(Zero);
  }
  for (std::uint32_t i = 1; i <= 2; ++i) {
    party.converse(One, {.to_receive = i});
    if (region.segment.exchange(0, std::memory_order_release) != 1)
      machine.fail("lost", "the segment was not lent");
    if (mutant != Mutant::kReturnsWithoutCounting) party.waiter.count_returned();
  }
}

}  // namespace ringsnake::spec
