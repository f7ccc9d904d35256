#include "ring.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "record.h"

namespace ringsnake {
namespace {

// A claim with less room than this looks again how far the consumer has read: encoding in place
// then rarely runs out.
constexpr std::uint32_t kComfortableRoom = 64 * 1024;

}  // namespace

RingProducer::RingProducer(std::shared_ptr<Region> region, Side side) noexcept
    : region_(std::move(region)),
      data_(region_->ring_data(side)),
      shared_(region_->ring(side)),
      capacity_(region_->ring_capacity()) {}

void RingProducer::refresh_read_position() noexcept {
  // edge ROOM (with RingConsumer::release): the consumer has finished reading every byte before
  // this position, so our writes over them cannot be seen by its reads.
  const std::uint32_t position = shared_.read_position.load(std::memory_order_acquire);
  // The consumer can only have moved forward, and not past what was written.
  if (position - cached_read_position_ > write_position_ - cached_read_position_) {
    broken_ = true;
    return;
  }
  cached_read_position_ = position;
}

std::uint32_t RingProducer::needed(std::uint32_t length) const noexcept {
  const std::uint32_t record = record_bytes(length);
  const std::uint32_t tail = capacity_ - (write_position_ & (capacity_ - 1));
  return (record <= tail ? record : tail + record) + wire::kRecordHeaderBytes;
}

bool RingProducer::can_claim(std::uint32_t length) noexcept {
  refresh_read_position();
  return !broken_ && needed(length) <= free_bytes();
}

std::optional<std::span<std::byte>> RingProducer::try_claim(std::uint32_t length) noexcept {
  if (broken_) return std::nullopt;
  const std::uint32_t need = needed(length);
  if (free_bytes() < need + kComfortableRoom && !can_claim(length)) return std::nullopt;

  std::uint32_t offset = write_position_ & (capacity_ - 1);
  std::uint32_t tail = capacity_ - offset;
  if (record_bytes(length) > tail) {
    // The next header is zeroed before this one is published, so the consumer never reads a stale
    // one. edge PUBLISH: relaxed, since the release below makes it visible.
    commit_word(data_).store(0, std::memory_order_relaxed);
    // edge PUBLISH (with RingConsumer::peek)
    commit_word(data_ + offset).store(wire::kRecordPaddingWord, std::memory_order_release);
    write_position_ += tail;
    offset = 0;
    tail = capacity_;
  }
  // Of what is free, one header must remain for the zero after this record.
  const std::uint32_t room = std::min(tail, free_bytes() - wire::kRecordHeaderBytes);
  claim_room_ = std::min(room - wire::kRecordHeaderBytes, max_payload());
  return std::span(data_ + offset + wire::kRecordHeaderBytes, claim_room_);
}

void RingProducer::commit(std::uint32_t length) noexcept {
  const std::uint32_t offset = write_position_ & (capacity_ - 1);
  const std::uint32_t bytes = record_bytes(length);
  std::byte* const record = data_ + offset;
  // Nothing stale leaves this process: the reserved word and the bytes up to the alignment are
  // zeros.
  std::memset(record + sizeof(std::uint32_t), 0, sizeof(std::uint32_t));
  const std::uint32_t end = wire::kRecordHeaderBytes + length;
  std::memset(record + end, 0, bytes - end);
  write_position_ += bytes;
  // edge PUBLISH: relaxed, since the release below makes it visible.
  commit_word(data_ + (write_position_ & (capacity_ - 1))).store(0, std::memory_order_relaxed);
  // edge PUBLISH (with RingConsumer::peek): the payload and the zeroed next header before the
  // commit word.
  commit_word(record).store(length + 1, std::memory_order_release);
  claim_room_ = 0;
}

RingConsumer::RingConsumer(std::shared_ptr<Region> region, Side producer) noexcept
    : region_(std::move(region)),
      data_(region_->ring_data(producer)),
      shared_(region_->ring(producer)),
      capacity_(region_->ring_capacity()) {}

bool RingConsumer::readable() const noexcept {
  // edge PUBLISH (with RingProducer::commit): only "something is there" is learnt here; peek()
  // reads it again.
  return !broken_ &&
         commit_word(data_ + (peek_position_ & (capacity_ - 1))).load(std::memory_order_acquire) !=
             0;
}

std::optional<std::span<const std::byte>> RingConsumer::peek() noexcept {
  if (broken_) return std::nullopt;
  // At most one padding record stands between two records: a second one in a row is not ours.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::uint32_t offset = peek_position_ & (capacity_ - 1);
    // edge PUBLISH (with RingProducer::commit): everything the producer wrote before the commit
    // word is visible.
    const std::uint32_t word = commit_word(data_ + offset).load(std::memory_order_acquire);
    if (word == 0) return std::nullopt;
    const std::uint32_t tail = capacity_ - offset;
    if (word == wire::kRecordPaddingWord) {
      if (attempt == 1) break;
      peek_position_ += tail;
      continue;
    }
    const std::uint32_t length = word - 1;
    // By subtraction from what is known good: `length` may be any 32-bit value.
    if (length > tail - wire::kRecordHeaderBytes ||
        length > capacity_ / 2 - wire::kRecordHeaderBytes) {
      break;
    }
    // More may not be peeked than the ring holds, or the same bytes would be given back twice.
    if (peek_position_ - read_position_ > capacity_ - record_bytes(length)) break;
    peek_position_ += record_bytes(length);
    return std::span<const std::byte>(data_ + offset + wire::kRecordHeaderBytes, length);
  }
  broken_ = true;
  return std::nullopt;
}

void RingConsumer::release() noexcept {
  read_position_ = peek_position_;
  // edge ROOM (with RingProducer::refresh_read_position): our reads of those records before the
  // position.
  shared_.read_position.store(read_position_, std::memory_order_release);
}

}  // namespace ringsnake
