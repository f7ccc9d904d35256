// A piece of shared memory for one large message at a time. Normative: spec/wire/bulk.md §2.
//
// Its maker (the *lender*) fills it and lends it; the *borrower* reads it and gives it back. One
// shared word says whose it is: the generation, odd while lent, even while it is the lender's. So a
// stale or repeated return is without effect.
//
// Threads: give_back() from any; the rest from its side's own. Ownership: owns its mapping and its
// descriptor. The peer is not trusted with more than the payload's bytes and that one word.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "shared_memory.h"
#include "status.h"
#include "wire_constants.gen.h"

namespace ringsnake {

class Segment {
 public:
  // Payload bytes of the segment that create(size) makes.
  static std::uint64_t capacity_for(std::uint64_t size) noexcept;
  // Makes one with room for at least `size` bytes. All of its memory is reserved now.
  static Status create(std::uint64_t size, std::shared_ptr<Segment>* out) noexcept;
  // Maps one made by the peer. Takes `descriptor` over, whatever the outcome. Refuses one that
  // could still shrink, or whose payload has more than `most` bytes: its pages are ours to pay,
  // too.
  static Status attach(int descriptor, std::uint64_t most, std::shared_ptr<Segment>* out) noexcept;

  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  std::span<std::byte> payload() const noexcept {
    return {mapping_.data() + wire::kSegmentHeaderBytes,
            mapping_.size() - wire::kSegmentHeaderBytes};
  }
  int descriptor() const noexcept { return mapping_.descriptor(); }
  // False in a child of fork(): the payload may not be touched there.
  bool is_mapped_here() const noexcept { return mapping_.is_mapped_here(); }

  // Lender: gives it to the borrower; the generation goes into the reference.
  // REQUIRES: is_back().
  std::uint32_t lend() noexcept;
  // Lender: what the next lend() will return.
  std::uint32_t next_generation() const noexcept {
    // The generation after the last even one would say "retired".
    return generation_ + 1 == wire::kSegmentRetired ? 1 : generation_ + 1;
  }
  // Lender: whether it may be filled again.
  bool is_back() const noexcept;
  // Lender: it will not be lent again.
  void retire() noexcept;

  // Borrower: whether it is lent in that generation.
  bool is_lent(std::uint32_t generation) const noexcept;
  // Borrower: true when this ended the loan of that generation.
  bool give_back(std::uint32_t generation) noexcept;
  // Borrower: whether it may be unmapped.
  bool is_retired() const noexcept;

 private:
  static Status adopt(SharedMapping mapping, std::shared_ptr<Segment>* out) noexcept;
  explicit Segment(SharedMapping mapping) noexcept : mapping_(std::move(mapping)) {}
  std::atomic<std::uint32_t>& state() const noexcept {
    return *reinterpret_cast<std::atomic<std::uint32_t>*>(mapping_.data() +
                                                          wire::kSegmentStateOffset);
  }

  const SharedMapping mapping_;
  std::uint32_t generation_ = 0;  // the lender's own copy
};

}  // namespace ringsnake
