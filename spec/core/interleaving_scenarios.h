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
template <Style style>
void one_way(Party& party) {
  if (party.index == 0) return party.converse(Style::kBlocking, {.to_send = 3});
  party.converse(style, {.to_receive = 3});
}

template <Style style>
void one_record(Party& party) {
  if (party.index == 0) return party.converse(Style::kBlocking, {.to_send = 1});
  party.converse(style, {.to_receive = 1});
}

template <Style zero, Style one>
void both_ways(Party& party) {
  party.converse(party.index == 0 ? zero : one, {.to_send = 2, .to_receive = 2});
}

// A call and its answer, twice.
template <Style zero, Style one>
void ping_pong(Party& party) {
  for (std::uint32_t i = 1; i <= 2; ++i) {
    if (party.index == 0) {
      party.converse(zero, {.to_send = i, .to_receive = i});
    } else {
      party.converse(one, {.to_send = i - 1, .to_receive = i});
      party.converse(one, {.to_send = i, .to_receive = i});
    }
  }
}

// Three records of which two fill the ring: side 0 waits for room.
template <Style zero, Style one>
void full_ring(Party& party) {
  if (party.index == 0) return party.converse(zero, {.to_send = 3, .words = 3});
  party.converse(one, {.to_receive = 3, .words = 3});
}

// The third record would fill the ring to its last byte, but the header after it needs room, too.
template <Style zero, Style one>
void exact_fit(Party& party) {
  if (party.index == 1) return party.converse(one, {.to_receive = 3});
  party.converse(zero, {.to_send = 2, .words = 3});
  party.converse(zero, {.to_send = 3});
}

template <Style zero, Style one>
void both_full(Party& party) {
  party.converse(party.index == 0 ? zero : one, {.to_send = 3, .to_receive = 3, .words = 3});
}

template <Style style>
void batch(Party& party) {
  if (party.index == 1) return party.converse(style, {.to_receive = 3});
  party.send_batch(3);
  party.waiter.wake_after_commit();
}

template <Style style>
void three_with_one_wake(Party& party) {
  if (party.index == 1) return party.converse(style, {.to_receive = 3});
  for (int i = 0; i < 3; ++i)
    if (!party.try_send(1)) machine.fail("full", "record %d", i);
  party.waiter.wake_after_commit();
}

template <Style style>
void abort_between(Party& party) {
  if (party.index == 1) return party.converse(style, {.to_receive = 2});
  for (int i = 0; i < 2; ++i) {
    const auto claim = party.claim(1);
    if (!claim) machine.fail("full", "record %d", i);
    Party::fill(claim->first(4), 2, 0xee);
    party.producer.abort();
    if (!party.try_send(1)) machine.fail("full", "record %d", i);
    party.waiter.wake_after_commit();
  }
}

template <Style style>
void close_after_sending(Party& party) {
  if (party.index == 1) return party.receive_until_gone(style, 2);
  party.converse(Style::kBlocking, {.to_send = 2});
  party.close();
}

template <Style style>
void close_right_after_commit(Party& party) {
  if (party.index == 1) return party.receive_until_gone(style, 1);
  party.try_send(1);
  party.close();
}

template <Style style>
void close_at_once(Party& party) {
  if (party.index == 1) return party.receive_until_gone(style, 0);
  party.close();
}

template <Style style>
void both_close(Party& party) {
  party.converse(style, {.to_send = 1, .to_receive = 1});
  party.close();
}

template <Style style>
void die_after_sending(Party& party) {
  if (party.index == 1) return party.receive_until_gone(style, 2);
  party.converse(Style::kBlocking, {.to_send = 1});
  party.try_send(1);
  party.die();
}

// Side 0 lends its one segment twice; side 1 gives it back each time.
template <Style zero, Style one>
void lend_twice(Party& party) {
  if (party.index == 0) {
    for (int i = 0; i < 2; ++i) {
      party.await_segment(zero);
      region.segment.store(1, std::memory_order_relaxed);
      party.try_send(1);
      party.waiter.wake_after_commit();
    }
    return party.await_segment(zero);
  }
  for (std::uint32_t i = 1; i <= 2; ++i) {
    party.converse(one, {.to_receive = i});
    if (region.segment.exchange(0, std::memory_order_release) != 1)
      machine.fail("lost", "the segment was not lent");
    if (mutant != Mutant::kReturnsWithoutCounting) party.waiter.count_returned();
  }
}

}  // namespace ringsnake::spec
