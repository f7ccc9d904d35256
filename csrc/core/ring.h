// The two ends of a one-way byte queue in shared memory. Normative: spec/wire/ring.md §3 and §4.
//
// Threads: each end belongs to exactly one thread at a time; the two ends may be in different
// processes. Ownership: each end keeps its Region alive. Units: bytes; positions count bytes since
// the beginning, modulo 2^32. The peer is not trusted: whatever it writes, an end stays inside the
// mapping. The first impossible word makes an end `broken()`, and it stays so.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "memory.h"
#include "record.h"
#include "ring_layout.h"

namespace ringsnake {

// What went through one end so far. Padding is not counted.
struct RingCounts {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // of payload
  std::uint64_t full = 0;   // claims that found no room; a consumer has none
};

// Reserve (try_claim), fill, then publish (commit) or give up (abort). One claim is open at a time.
template <class Memory>
class BasicRingProducer {
 public:
  using Region = typename Memory::Region;

  // The end that writes the ring of `side`.
  BasicRingProducer(std::shared_ptr<Region> region, Side side) noexcept
      : region_(std::move(region)),
        data_(region_->ring_data(side)),
        shared_(region_->ring(side)),
        capacity_(region_->ring_capacity()) {}

  // The largest payload that any ring of this capacity can take.
  std::uint32_t max_payload() const noexcept { return max_payload_of(capacity_); }

  // Reserves contiguous room for at least `length` payload bytes and returns all of it (often much
  // more). Nothing when the ring is too full now; `can_claim(length)` tells when it is worth
  // another try. REQUIRES: length <= max_payload(); no claim is open.
  std::optional<std::span<std::byte>> try_claim(std::uint32_t length) noexcept;

  // Publishes the first `length` bytes of the claim as one record. The peer may see it at once;
  // a sleeping peer only after BasicWaiter::wake_after_commit().
  // REQUIRES: a claim is open and has that room.
  void commit(std::uint32_t length, RecordKind kind = RecordKind::kMessage) noexcept;

  // Publishes several messages that were laid out in one claim, all at the same moment: the first
  // payload at its beginning, each further one record_bytes(previous length) after the previous.
  // REQUIRES: a claim is open and has room for all of them; at least one.
  void commit_batch(std::span<const std::uint32_t> lengths) noexcept;

  // Gives the claim back. REQUIRES: a claim is open.
  void abort() noexcept {}

  // Whether try_claim(length) would succeed now. Looks at the shared read position.
  bool can_claim(std::uint32_t length) noexcept;
  // How far the peer has read, for telling what it may have seen before it died: the bytes that it
  // has not given back. A hostile peer can lie.
  std::uint32_t unread_bytes() noexcept {
    refresh_read_position();
    return write_position_ - cached_read_position_;
  }
  // Shows each record that the peer has not given back, oldest first: its payload and its kind. For
  // who has lost the peer: a record that was given back may have been acted on, one that was not
  // was not. A peer that gives back before it acts is honest; a hostile one can lie, and is only
  // kept from leading us out of the ring. REQUIRES: no claim is open.
  template <class Visit>
  void visit_unread(Visit visit) noexcept;
  bool broken() const noexcept { return broken_; }
  const RingCounts& counts() const noexcept { return counts_; }

 private:
  // A claim with less room than this looks again how far the consumer has read: encoding in place
  // then rarely runs out.
  static constexpr std::uint32_t kComfortableRoom = 64 * 1024;

  using Word = typename Memory::Word;
  Word& word_at(std::uint32_t offset) const noexcept {
    return *reinterpret_cast<Word*>(data_ + offset);
  }
  std::uint32_t free_bytes() const noexcept {
    return capacity_ - (write_position_ - cached_read_position_);
  }
  void refresh_read_position() noexcept;
  // Bytes that a record of `length` takes from here, the padding before it and the next header
  // included.
  std::uint32_t needed(std::uint32_t length) const noexcept;
  // Fills in all of a record but its payload and its commit word.
  void finish_record(std::uint32_t offset, std::uint32_t length, RecordKind kind) noexcept;

  const std::shared_ptr<Region> region_;
  std::byte* const data_;
  BasicRingBlock<Word>& shared_;
  const std::uint32_t capacity_;
  std::uint32_t write_position_ = 0;
  std::uint32_t cached_read_position_ = 0;
  RingCounts counts_;
  bool broken_ = false;
};

// Look (peek, as often as wanted), then give everything seen back at once (release).
template <class Memory>
class BasicRingConsumer {
 public:
  using Region = typename Memory::Region;

  // The end that reads the ring of `producer`.
  BasicRingConsumer(std::shared_ptr<Region> region, Side producer) noexcept
      : region_(std::move(region)),
        data_(region_->ring_data(producer)),
        shared_(region_->ring(producer)),
        capacity_(region_->ring_capacity()) {}

  // The next record after those already peeked, or nothing. Its bytes stay valid until release();
  // the peer can still change them, so read each byte that decides something once.
  std::optional<Record> peek() noexcept;
  // Gives the room of every record peeked so far back to the producer.
  void release() noexcept;
  // peek() will give that record once more. REQUIRES: the only one since release().
  void put_back(const Record& record) noexcept;
  // Whether there is something for peek(): a record, a padding record, or what breaks the ring.
  bool readable() const noexcept;
  // Where the next record will begin. Its first word is zero until there is something for peek().
  const std::byte* next() const noexcept { return data_ + (peek_position_ & (capacity_ - 1)); }
  bool broken() const noexcept { return broken_; }
  const RingCounts& counts() const noexcept { return counts_; }

 private:
  using Word = typename Memory::Word;
  Word& word_at(std::uint32_t offset) const noexcept {
    return *reinterpret_cast<Word*>(data_ + offset);
  }

  const std::shared_ptr<Region> region_;
  std::byte* const data_;
  BasicRingBlock<Word>& shared_;
  const std::uint32_t capacity_;
  std::uint32_t peek_position_ = 0;  // up to here the records have been looked at
  std::uint32_t read_position_ = 0;  // up to here their room was given back
  RingCounts counts_;
  bool broken_ = false;
};

using RingProducer = BasicRingProducer<SystemMemory>;
using RingConsumer = BasicRingConsumer<SystemMemory>;

template <class Memory>
void BasicRingProducer<Memory>::refresh_read_position() noexcept {
  // edge ROOM (with BasicRingConsumer::release): the consumer has finished reading every byte
  // before this position, so our writes over them cannot be seen by its reads.
  const std::uint32_t position = shared_.read_position.load(std::memory_order_acquire);
  // The consumer can only have moved forward, and not past what was written.
  if (position - cached_read_position_ > write_position_ - cached_read_position_) {
    broken_ = true;
    return;
  }
  cached_read_position_ = position;
}

template <class Memory>
std::uint32_t BasicRingProducer<Memory>::needed(std::uint32_t length) const noexcept {
  const std::uint32_t record = record_bytes(length);
  const std::uint32_t tail = capacity_ - (write_position_ & (capacity_ - 1));
  return (record <= tail ? record : tail + record) + wire::kRecordHeaderBytes;
}

template <class Memory>
bool BasicRingProducer<Memory>::can_claim(std::uint32_t length) noexcept {
  refresh_read_position();
  return !broken_ && needed(length) <= free_bytes();
}

template <class Memory>
std::optional<std::span<std::byte>> BasicRingProducer<Memory>::try_claim(
    std::uint32_t length) noexcept {
  if (broken_) return std::nullopt;
  if (free_bytes() < needed(length) + kComfortableRoom && !can_claim(length)) {
    ++counts_.full;
    return std::nullopt;
  }
  std::uint32_t offset = write_position_ & (capacity_ - 1);
  std::uint32_t tail = capacity_ - offset;
  if (record_bytes(length) > tail) {
    // The next header is zeroed before this one is published, so the consumer never reads a stale
    // one. edge PUBLISH: relaxed, since the release below makes it visible.
    word_at(0).store(0, std::memory_order_relaxed);
    // edge PUBLISH (with BasicRingConsumer::peek)
    word_at(offset).store(wire::kRecordPaddingWord, std::memory_order_release);
    write_position_ += tail;
    offset = 0;
    tail = capacity_;
  }
  // Of what is free, one header must remain for the zero after this record.
  const std::uint32_t room = std::min(tail, free_bytes() - wire::kRecordHeaderBytes);
  return std::span(data_ + offset + wire::kRecordHeaderBytes,
                   std::min(room - wire::kRecordHeaderBytes, max_payload()));
}

template <class Memory>
void BasicRingProducer<Memory>::finish_record(std::uint32_t offset, std::uint32_t length,
                                              RecordKind kind) noexcept {
  // edge PUBLISH: relaxed, since the commit word is stored after it, with release.
  word_at(offset + wire::kRecordKindOffset)
      .store(static_cast<std::uint32_t>(kind), std::memory_order_relaxed);
  // Nothing stale leaves this process: the bytes up to the alignment are zeros.
  const std::uint32_t end = wire::kRecordHeaderBytes + length;
  Memory::zero(data_ + offset + end, record_bytes(length) - end);
  counts_.records += 1;
  counts_.bytes += length;
}

template <class Memory>
void BasicRingProducer<Memory>::commit(std::uint32_t length, RecordKind kind) noexcept {
  const std::uint32_t offset = write_position_ & (capacity_ - 1);
  finish_record(offset, length, kind);
  write_position_ += record_bytes(length);
  // edge PUBLISH: relaxed, since the release below makes it visible.
  word_at(write_position_ & (capacity_ - 1)).store(0, std::memory_order_relaxed);
  // edge PUBLISH (with BasicRingConsumer::peek): the payload and the zeroed next header before the
  // commit word.
  word_at(offset).store(length + 1, std::memory_order_release);
}

template <class Memory>
void BasicRingProducer<Memory>::commit_batch(std::span<const std::uint32_t> lengths) noexcept {
  const std::uint32_t first = write_position_ & (capacity_ - 1);
  std::uint32_t offset = first;
  for (const std::uint32_t length : lengths) {
    finish_record(offset, length, RecordKind::kMessage);
    // edge PUBLISH: relaxed, since the consumer comes here only past the first record, whose commit
    // word is stored last and with release.
    if (offset != first) word_at(offset).store(length + 1, std::memory_order_relaxed);
    offset += record_bytes(length);
  }
  write_position_ += offset - first;
  // edge PUBLISH: relaxed, as above.
  word_at(offset & (capacity_ - 1)).store(0, std::memory_order_relaxed);
  // edge PUBLISH (with BasicRingConsumer::peek): all of the batch before its first commit word.
  word_at(first).store(lengths.front() + 1, std::memory_order_release);
}

template <class Memory>
template <class Visit>
void BasicRingProducer<Memory>::visit_unread(Visit visit) noexcept {
  refresh_read_position();
  std::uint32_t position = cached_read_position_;
  while (position != write_position_) {
    const std::uint32_t left = write_position_ - position;
    const std::uint32_t offset = position & (capacity_ - 1);
    const std::uint32_t tail = capacity_ - offset;
    // edge PUBLISH: relaxed, since we have written it ourselves; read once, for the peer may have
    // changed it.
    const std::uint32_t word = word_at(offset).load(std::memory_order_relaxed);
    if (word == wire::kRecordPaddingWord && tail <= left) {
      position += tail;
      continue;
    }
    const std::uint32_t length = word - 1;
    if (word == 0 || !is_payload_length(length, tail, capacity_) || record_bytes(length) > left) {
      return;
    }
    // edge PUBLISH: relaxed, as above.
    const std::uint32_t kind =
        word_at(offset + wire::kRecordKindOffset).load(std::memory_order_relaxed);
    visit(std::span<const std::byte>(data_ + offset + wire::kRecordHeaderBytes, length),
          static_cast<RecordKind>(kind));
    position += record_bytes(length);
  }
}

template <class Memory>
bool BasicRingConsumer<Memory>::readable() const noexcept {
  if (broken_) return false;
  // edge PUBLISH (with BasicRingProducer::commit): only "something is there" is learnt here; peek()
  // reads it again.
  return word_at(peek_position_ & (capacity_ - 1)).load(std::memory_order_acquire) != 0;
}

template <class Memory>
std::optional<Record> BasicRingConsumer<Memory>::peek() noexcept {
  if (broken_) return std::nullopt;
  // At most one padding record stands between two records: a second one in a row is not ours.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::uint32_t offset = peek_position_ & (capacity_ - 1);
    // edge PUBLISH (with BasicRingProducer::commit): everything the producer wrote before the
    // commit word is visible.
    const std::uint32_t word = word_at(offset).load(std::memory_order_acquire);
    if (word == 0) return std::nullopt;
    const std::uint32_t tail = capacity_ - offset;
    if (word == wire::kRecordPaddingWord) {
      if (attempt == 1 || peek_position_ - read_position_ > capacity_ - tail) break;
      peek_position_ += tail;
      continue;
    }
    const std::uint32_t length = word - 1;
    if (!is_payload_length(length, tail, capacity_)) break;
    // More may not be peeked than the ring holds, or the same bytes would be given back twice.
    if (peek_position_ - read_position_ > capacity_ - record_bytes(length)) break;
    // edge PUBLISH: relaxed, since the acquire above came first. Read once: the peer may change it.
    const std::uint32_t kind =
        word_at(offset + wire::kRecordKindOffset).load(std::memory_order_relaxed);
    if (kind > wire::kRecordKindBulk) break;
    peek_position_ += record_bytes(length);
    counts_.records += 1;
    counts_.bytes += length;
    return Record{{data_ + offset + wire::kRecordHeaderBytes, length},
                  static_cast<RecordKind>(kind)};
  }
  broken_ = true;
  return std::nullopt;
}

template <class Memory>
void BasicRingConsumer<Memory>::put_back(const Record& record) noexcept {
  peek_position_ = read_position_;
  counts_.records -= 1;
  counts_.bytes -= record.payload.size();
}

template <class Memory>
void BasicRingConsumer<Memory>::release() noexcept {
  read_position_ = peek_position_;
  // edge ROOM (with BasicRingProducer::refresh_read_position): our reads of those records before
  // the position.
  shared_.read_position.store(read_position_, std::memory_order_release);
}

}  // namespace ringsnake
