// One side of a conversation under exploration: what a binding does with the core, and what must
// hold whatever the interleaving.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "explored_memory.h"

namespace ringsnake::spec {

// How a side waits: blocked, or in an event loop like Node's (clear, then unpark) or asyncio's
// (unpark, then clear).
enum class Style : std::uint8_t { kBlocking, kLoop, kAsyncio };

// What the rings may not betray: where each side is, known without asking them.
struct Ledger {
  std::uint32_t written = 0;   // bytes up to here hold records, or are about to
  std::uint32_t released = 0;  // bytes up to here were given back, or are about to be
};
inline Ledger ledgers[2];  // index: the producing side

class Party {
 public:
  using Memory = ExploredMemory;

  Party(Side side, const std::shared_ptr<ExploredRegion>& shared)
      : index(static_cast<int>(side)),
        side(side),
        producer(shared, side),
        consumer(shared, other(side)),
        doorbell(index),
        waiter(shared, side, producer, consumer, ExploredDoorbell(1 - index)) {}

  // Sending

  // A claim with room for `length` bytes, which are whole words; nothing when the ring is full.
  std::optional<std::span<std::byte>> claim(std::uint32_t length);
  static void fill(std::span<std::byte> payload, std::uint32_t sender, std::uint32_t number);
  void commit(std::uint32_t length);
  bool try_send(std::uint32_t length) {
    const auto room = claim(length);
    if (!room) return false;
    fill(room->first(length), static_cast<std::uint32_t>(index), sent);
    if (mutant == Mutant::kWakesBeforeCommit) waiter.wake_after_commit();
    commit(length);
    return true;
  }

  // One-word messages in one claim, published at the same moment.
  void send_batch(std::uint32_t count);

  // Receiving

  // Everything there is, then its room is given back.
  void drain();

  // Waiting

  // Until there may be something to do; false when the peer has gone and all it sent was drained.
  bool rest(Style style);
  // Sends and receives until both are done: a full ring does not keep it from receiving.
  struct Amounts {
    std::uint32_t to_send = 0;
    std::uint32_t to_receive = 0;
    std::uint32_t length = 4;  // of each payload, in bytes
  };
  void converse(Style style, const Amounts& amounts);
  void receive_until_gone(Style style, std::uint32_t to_receive);

  // Until the peer has given the one segment back.
  void await_segment(Style style);

  // Going

  // As Endpoint::~Endpoint() does.
  void close();
  // As the kernel does for a thread that ends.
  void die();

  const int index;
  const Side side;
  BasicRingProducer<Memory> producer;
  BasicRingConsumer<Memory> consumer;
  ExploredDoorbell doorbell;
  BasicWaiter<Memory> waiter;
  std::uint32_t sent = 0;
  std::uint32_t received = 0;
  std::uint32_t expected = 0;  // how many it must have received at the end

 private:
  static std::uint32_t word_of(std::uint32_t sender, std::uint32_t number, std::uint32_t i) {
    return 0x5a000000 | sender << 20 | (number & 0xff) << 8 | i;
  }
  bool turn_of_loop(Style style);
  void check_payload(std::span<const std::byte> payload);
};

inline std::optional<std::span<std::byte>> Party::claim(std::uint32_t length) {
  const auto room = producer.try_claim(length);
  if (!room) {
    if (producer.broken()) machine.fail("broken", "producer %d", index);
    return room;
  }
  const std::uint32_t capacity = region.ring_capacity();
  const auto offset =
      static_cast<std::uint32_t>(room->data() - region.ring_data(side)) - wire::kRecordHeaderBytes;
  Ledger& ledger = ledgers[index];
  const std::uint32_t padding = (offset - ledger.written) & (capacity - 1);
  const std::uint32_t end = ledger.written + padding + record_bytes(length);
  if (end + wire::kRecordHeaderBytes - ledger.released > capacity)
    machine.fail("overrun", "side %d writes over what is not given back", index);
  ledger.written = ledger.written + padding;
  return room;
}

inline void Party::fill(std::span<std::byte> payload, std::uint32_t sender, std::uint32_t number) {
  std::uint32_t i = 0;
  for (ExploredWord& word : words_of(payload))
    word.store(word_of(sender, number, i++), std::memory_order_relaxed);
}

inline void Party::commit(std::uint32_t length) {
  ledgers[index].written += record_bytes(length);
  producer.commit(length);
  ++sent;
}

inline void Party::send_batch(std::uint32_t count) {
  const std::uint32_t stride = record_bytes(4);
  const auto room = claim((count - 1) * stride + 4);
  if (!room) machine.fail("full", "no room for a batch");
  std::array<std::uint32_t, 3> lengths;
  for (std::uint32_t i = 0; i < count; ++i) {
    fill(room->subspan(std::size_t{i} * stride, 4), static_cast<std::uint32_t>(index), sent + i);
    lengths[i] = 4;
  }
  ledgers[index].written += count * stride;
  producer.commit_batch(std::span(lengths).first(count));
  sent += count;
}

inline void Party::check_payload(std::span<const std::byte> payload) {
  std::uint32_t i = 0;
  for (const ExploredWord& shared : words_of(payload)) {
    const std::uint32_t word = shared.load(std::memory_order_relaxed);
    const std::uint32_t wanted = word_of(static_cast<std::uint32_t>(1 - index), received, i++);
    if (word == wanted) continue;
    const bool is_other_record = (word & 0xffff00ff) == (wanted & 0xffff00ff);
    machine.fail(is_other_record ? "misordered" : "torn",
                 "record %u of side %d has %x for %x in word %u", received, 1 - index, word, wanted,
                 i - 1);
  }
}

inline void Party::drain() {
  bool any = false;
  Ledger& ledger = ledgers[1 - index];
  std::uint32_t seen = ledger.released;
  while (const auto record = consumer.peek()) {
    const auto offset =
        static_cast<std::uint32_t>(record->payload.data() - region.ring_data(other(side))) -
        wire::kRecordHeaderBytes;
    seen += (offset - seen) & (region.ring_capacity() - 1);
    seen += record_bytes(static_cast<std::uint32_t>(record->payload.size()));
    any = true;
    if (mutant == Mutant::kGivesBackBeforeReading) {
      ledger.released = seen;
      consumer.release();
      waiter.wake_after_release();
    }
    check_payload(record->payload);
    ++received;
  }
  if (consumer.broken()) machine.fail("broken", "consumer %d", index);
  if (!any) return;
  ledger.released = seen;
  consumer.release();
  if (mutant != Mutant::kGivesBackWithoutWaking) waiter.wake_after_release();
}

inline bool Party::rest(Style style) {
  if (style != Style::kBlocking) return turn_of_loop(style);
  return waiter.wait(std::nullopt) == WaitResult::kReady;
}

inline bool Party::turn_of_loop(Style style) {
  const bool parks = mutant != Mutant::kPollsWithoutParking;
  const bool blocks = !waiter.spin() && (!parks || waiter.park_in_loop());
  if (blocks && mutant == Mutant::kClearsAfterParking) doorbell.clear();
  if (blocks) doorbell.await();
  const bool pressed = doorbell.is_pressed();
  if (style == Style::kAsyncio) waiter.unpark();
  if (pressed) doorbell.clear();
  if (style == Style::kLoop) waiter.unpark();
  if (!waiter.peer_gone(false)) return true;
  drain();
  return false;
}

inline void Party::converse(Style style, const Amounts& amounts) {
  expected = amounts.to_receive;
  while (true) {
    drain();
    if (sent < amounts.to_send) {
      if (try_send(amounts.length)) {
        const bool forgets = mutant == Mutant::kLastCommitNotWoken && sent == amounts.to_send;
        if (mutant != Mutant::kWakesBeforeCommit && !forgets) waiter.wake_after_commit();
        continue;
      }
      waiter.want_room(amounts.length);
    } else if (received >= amounts.to_receive) {
      return;
    }
    if (!rest(style)) return;
    waiter.want_room(std::nullopt);
  }
}

inline void Party::receive_until_gone(Style style, std::uint32_t to_receive) {
  expected = to_receive;
  do {
    drain();
  } while (rest(style));
}

inline void Party::await_segment(Style style) {
  const bool notes_late = mutant == Mutant::kNotesAfterLooking;
  while (true) {
    if (!notes_late) waiter.note_returned();
    if (region.segment.load(std::memory_order_acquire) == 0) return;
    if (notes_late) waiter.note_returned();
    waiter.want_segment(true);
    rest(style);
    waiter.want_segment(false);
  }
}

inline void Party::close() {
  ExploredWord& word = region.alive(side);
  word.store(wire::kAliveClosed, std::memory_order_release);
  ExploredMemory::wake(word);
  if (mutant != Mutant::kClosesWithoutWaking) waiter.wake_after_commit();
}

inline void Party::die() {
  // Whatever it stored becomes visible before the kernel runs.
  region.alive(side).exchange(wire::kAliveOwnerDied | wire::kAliveWaiters,
                              std::memory_order_seq_cst);
  machine.wake(region.alive(side).cell());
}

}  // namespace ringsnake::spec
