// What the child does whose death is tested: the tools its operations are written with. It is one
// side of the channel, and is killed somewhere inside an operation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "../../csrc/core/endpoint.h"
#include "stepped_child.h"

namespace ringsnake::spec {

// What the child has told by the moment it dies. In memory shared with the parent.
struct Progress {
  volatile std::uint32_t operation;  // the one it is in
  volatile std::uint32_t committed;  // records that the parent must get
};

// Byte `index` of record `number`: no record is a part of another, nor of what lay there before.
inline std::byte content(std::uint32_t number, std::size_t index) noexcept {
  return static_cast<std::byte>((number * 37 + 11) ^ (index * 7));
}

inline std::vector<std::byte> make_payload(std::uint32_t number, std::size_t length) {
  std::vector<std::byte> payload(length);
  for (std::size_t i = 0; i < length; ++i) payload[i] = content(number, i);
  return payload;
}

class DoomedChild {
 public:
  // `lengths`: of the records that it sends, in order.
  DoomedChild(std::unique_ptr<Endpoint> endpoint, Progress& progress,
              std::span<const std::uint32_t> lengths)
      : endpoint_(std::move(endpoint)), progress_(progress) {
    for (std::uint32_t i = 0; i < lengths.size(); ++i) {
      payloads_.push_back(make_payload(i, lengths[i]));
    }
  }

  // Fills its ring once with what looks like small records, then as far as `offset`. After each
  // record the parent gets the word, and empties the ring.
  void poison(std::uint32_t offset);

  // Sends the next record, and wakes the peer if it sleeps.
  void send() {
    commit_next();
    endpoint_->waiter.wake_after_commit();
  }
  // The same for the next `count`, with one look whether the peer sleeps.
  void send_then_wake_once(int count);
  // Publishes the next `count` at one moment.
  void send_batch(std::size_t count);
  // Sends the next record by reference.
  void send_bulk();
  // Begins the next record, and gives it up.
  void abandon(std::uint32_t length);
  // Looks at `count` records, and gives their room back.
  void receive(int count);
  // The same for a bulk message.
  void receive_bulk();
  void wait() { static_cast<void>(endpoint_->waiter.wait(Waiter::Clock::now() + kPatience)); }
  void wait_in_loop();
  void wait_for_room(std::uint32_t length);
  void meet() { CHECK(endpoint_->meet().is_ok()); }
  void close() { endpoint_.reset(); }

  // What a defective producer would do.
  void send_commit_word_first();
  void send_next_header_last();
  void pad_before_zeroing(std::uint32_t offset);

 private:
  static constexpr auto kPatience = std::chrono::seconds(10);

  std::span<const std::byte> next() const { return payloads_[progress_.committed]; }
  std::byte* claim_next();
  void commit_next();
  std::uint32_t& commit_word_of(std::byte* payload) {
    return *reinterpret_cast<std::uint32_t*>(payload - wire::kRecordHeaderBytes);
  }

  std::unique_ptr<Endpoint> endpoint_;
  Progress& progress_;
  std::vector<std::vector<std::byte>> payloads_;
  std::array<std::byte, 1024> inbox_{};
};

inline void DoomedChild::poison(std::uint32_t offset) {
  RingProducer& producer = endpoint_->producer;
  // A record of 8 bytes after the other, wherever one looks.
  constexpr std::array<std::uint32_t, 4> kFalseRecord = {9, 0, 9, 0};
  const auto send = [&](std::uint32_t bytes) {
    const auto room = producer.try_claim(bytes - wire::kRecordHeaderBytes);
    CHECK(room);
    for (std::size_t i = 0; i + sizeof kFalseRecord <= room->size(); i += sizeof kFalseRecord) {
      std::memcpy(room->data() + i, kFalseRecord.data(), sizeof kFalseRecord);
    }
    producer.commit(bytes - wire::kRecordHeaderBytes);
    SteppedChild::mark();
  };
  const std::uint32_t half = wire::kRingCapacityMin / 2;
  send(half);
  send(half);
  while (offset > 0) {
    const std::uint32_t bytes = std::min(offset, half);
    send(bytes);
    offset -= bytes;
  }
}

inline std::byte* DoomedChild::claim_next() {
  const auto room = endpoint_->producer.try_claim(static_cast<std::uint32_t>(next().size()));
  CHECK(room);
  return room->data();
}

inline void DoomedChild::commit_next() {
  std::memcpy(claim_next(), next().data(), next().size());
  endpoint_->producer.commit(static_cast<std::uint32_t>(next().size()));
  progress_.committed = progress_.committed + 1;
}

inline void DoomedChild::send_then_wake_once(int count) {
  for (int i = 0; i < count; ++i) commit_next();
  endpoint_->waiter.wake_after_commit();
}

inline void DoomedChild::send_batch(std::size_t count) {
  std::array<std::uint32_t, 8> lengths{};
  std::uint32_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    lengths[i] = static_cast<std::uint32_t>(payloads_[progress_.committed + i].size());
    bytes += record_bytes(lengths[i]);
  }
  const auto room = endpoint_->producer.try_claim(bytes);
  CHECK(room);
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(room->data() + at, payloads_[progress_.committed + i].data(), lengths[i]);
    at += record_bytes(lengths[i]);
  }
  endpoint_->producer.commit_batch(std::span(lengths).first(count));
  progress_.committed = progress_.committed + static_cast<std::uint32_t>(count);
  endpoint_->waiter.wake_after_commit();
}

inline void DoomedChild::send_bulk() {
  std::optional<BulkLender::Allocation> segment;
  CHECK(endpoint_->lender.try_allocate(next().size(), &segment).is_ok() && segment);
  std::memcpy(segment->payload.data(), next().data(), next().size());
  const auto room = endpoint_->producer.try_claim(wire::kBulkReferenceBytes);
  CHECK(room);
  write_bulk_reference(room->data(), endpoint_->lender.lend(segment->number, next().size()));
  endpoint_->producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  progress_.committed = progress_.committed + 1;
  endpoint_->waiter.wake_after_commit();
}

inline void DoomedChild::abandon(std::uint32_t length) {
  const auto room = endpoint_->producer.try_claim(length);
  CHECK(room);
  std::memcpy(room->data(), next().data(), std::min<std::size_t>(length, next().size()));
  endpoint_->producer.abort();
}

inline void DoomedChild::receive(int count) {
  for (int i = 0; i < count; ++i) {
    const auto record = endpoint_->consumer.peek();
    CHECK(record);
    std::memcpy(inbox_.data(), record->payload.data(), record->payload.size());
  }
  endpoint_->consumer.release();
  endpoint_->waiter.wake_after_release();
}

inline void DoomedChild::receive_bulk() {
  const auto record = endpoint_->consumer.peek();
  CHECK(record && record->kind == RecordKind::kBulk);
  std::optional<Loan> loan;
  CHECK(endpoint_->borrow(record->payload, &loan).is_ok() && loan);
  endpoint_->consumer.release();
  std::memcpy(inbox_.data(), loan->payload().data(), inbox_.size());
  CHECK(loan->give_back());
  endpoint_->waiter.count_returned();
}

inline void DoomedChild::wait_in_loop() {
  if (!endpoint_->waiter.park_in_loop()) return;
  pollfd watched{endpoint_->own_doorbell.descriptor(), POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
  endpoint_->waiter.unpark();
  endpoint_->own_doorbell.clear();
}

inline void DoomedChild::wait_for_room(std::uint32_t length) {
  endpoint_->waiter.want_room(length);
  wait();
  endpoint_->waiter.want_room(std::nullopt);
}

inline void DoomedChild::send_commit_word_first() {
  std::byte* const payload = claim_next();
  commit_word_of(payload) = static_cast<std::uint32_t>(next().size() + 1);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  commit_next();
}

inline void DoomedChild::send_next_header_last() {
  std::byte* const payload = claim_next();
  std::memcpy(payload, next().data(), next().size());
  std::atomic_signal_fence(std::memory_order_seq_cst);
  commit_word_of(payload) = static_cast<std::uint32_t>(next().size() + 1);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  commit_next();
}

inline void DoomedChild::pad_before_zeroing(std::uint32_t offset) {
  std::byte* const ring = endpoint_->region()->ring_data(Side::kAttacher);
  commit_word_of(ring + offset + wire::kRecordHeaderBytes) = wire::kRecordPaddingWord;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  send();
}

}  // namespace ringsnake::spec
