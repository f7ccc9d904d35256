// The two ends of a one-way byte queue in shared memory. Normative: spec/wire/ring.md §4.
//
// Threads: each end belongs to exactly one thread at a time; the two ends may be in different
// processes. Ownership: each end keeps its Region alive. Units: bytes; positions count bytes since
// the beginning, modulo 2^32. The peer is not trusted: whatever it writes, an end stays inside the
// mapping. The first impossible word makes an end `broken()`, and it stays so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "region.h"

namespace ringsnake {

// Reserve (try_claim), fill, then publish (commit) or give up (abort). One claim is open at a time.
class RingProducer {
 public:
  // The end that writes the ring of `side`.
  RingProducer(std::shared_ptr<Region> region, Side side) noexcept;

  // The largest payload that any ring of this capacity can take.
  std::uint32_t max_payload() const noexcept { return capacity_ / 2 - wire::kRecordHeaderBytes; }

  // Reserves contiguous room for at least `length` payload bytes and returns all of it (often much
  // more). Nothing when the ring is too full now; `can_claim(length)` tells when it is worth
  // another try. REQUIRES: length <= max_payload(); no claim is open.
  std::optional<std::span<std::byte>> try_claim(std::uint32_t length) noexcept;
  // Publishes the first `length` bytes of the claim as one record. The peer may see it at once;
  // a sleeping peer only after Waker::wake_if_parked(). REQUIRES: a claim is open and has that
  // room.
  void commit(std::uint32_t length) noexcept;
  // Gives the claim back. REQUIRES: a claim is open.
  void abort() noexcept { claim_room_ = 0; }

  // Whether try_claim(length) would succeed now. Looks at the shared read position.
  bool can_claim(std::uint32_t length) noexcept;
  bool broken() const noexcept { return broken_; }

 private:
  std::uint32_t free_bytes() const noexcept {
    return capacity_ - (write_position_ - cached_read_position_);
  }
  void refresh_read_position() noexcept;
  // Bytes that a record of `length` takes from here, the padding before it and the next header
  // included.
  std::uint32_t needed(std::uint32_t length) const noexcept;

  const std::shared_ptr<Region> region_;
  std::byte* const data_;
  RingBlock& shared_;
  const std::uint32_t capacity_;
  std::uint32_t write_position_ = 0;
  std::uint32_t cached_read_position_ = 0;
  std::uint32_t claim_room_ = 0;  // payload bytes of the open claim; 0: none is open
  bool broken_ = false;
};

// Look (peek, as often as wanted), then give everything seen back at once (release).
class RingConsumer {
 public:
  // The end that reads the ring of `producer`.
  RingConsumer(std::shared_ptr<Region> region, Side producer) noexcept;

  // The next record after those already peeked, or nothing. Its bytes stay valid until release();
  // the peer can still change them, so read each byte that decides something once.
  std::optional<std::span<const std::byte>> peek() noexcept;
  // Gives the room of every record peeked so far back to the producer.
  void release() noexcept;
  // Whether there is something for peek(): a record, a padding record, or what breaks the ring.
  bool readable() const noexcept;
  bool broken() const noexcept { return broken_; }

 private:
  const std::shared_ptr<Region> region_;
  std::byte* const data_;
  RingBlock& shared_;
  const std::uint32_t capacity_;
  std::uint32_t peek_position_ = 0;  // up to here the records have been looked at
  std::uint32_t read_position_ = 0;  // up to here their room was given back
  bool broken_ = false;
};

}  // namespace ringsnake
