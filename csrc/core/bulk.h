// Large messages by reference: segments made here and lent to the peer, segments of the peer
// borrowed from it. Normative: spec/wire/bulk.md.
//
// A new segment's descriptor travels once, over the bulk socket; from then on a reference of 16
// bytes in the ring hands the segment over, however much it holds.
//
// Threads: one, the side's own, but for Loan (see there). Ownership: shares the segments; the bulk
// socket belongs to the Endpoint.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "segment.h"
#include "status.h"

namespace ringsnake {

// Where a bulk message is: what the ring carries.
struct BulkReference {
  std::uint32_t segment;  // number of the lender's segment
  std::uint32_t generation;
  std::uint64_t length;  // bytes from the payload's beginning
};
void write_bulk_reference(std::byte* out, const BulkReference& reference) noexcept;
// REQUIRES: wire::kBulkReferenceBytes.
BulkReference read_bulk_reference(std::span<const std::byte> bytes) noexcept;

// Where the data of a value is: what extension 7 carries.
struct ValueReference {
  std::uint32_t segment;
  std::uint32_t generation;
  std::uint64_t offset;  // bytes from the payload's beginning
  std::uint64_t length;
};
void write_value_reference(std::byte* out, const ValueReference& reference) noexcept;
// REQUIRES: wire::kValueReferenceBytes.
ValueReference read_value_reference(std::span<const std::byte> bytes) noexcept;

// Makes, fills and lends segments.
class BulkLender {
 public:
  // `limit`: bytes in segments. `socket` -1: bulk messages cannot be sent.
  BulkLender(int socket, std::uint64_t limit) noexcept : socket_(socket), limit_(limit) {}

  // A segment to fill, free for anyone's next use after lend() or drop(). `number` tells which.
  struct Allocation {
    std::uint32_t number = 0;
    std::span<std::byte> payload;
  };
  // Nothing and ok: no segment is free and the limit allows no more; one may come back.
  // An error when it could never be had.
  Status try_allocate(std::uint64_t size, std::optional<Allocation>* out) noexcept;
  // The segment itself, for whoever keeps it mapped. REQUIRES: allocated.
  std::shared_ptr<Segment> segment(std::uint32_t number) const noexcept {
    return slots_[number].segment;
  }
  // Hands the allocation over. The reference goes into the ring next, and must.
  BulkReference lend(std::uint32_t number, std::uint64_t length) noexcept;
  // The same for one that whoever allocated it still holds: nobody else fills it before drop().
  void lend_held(std::uint32_t number) noexcept { slots_[number].segment->lend(); }
  // Gives an allocation up.
  void drop(std::uint32_t number) noexcept { slots_[number].held = false; }

  // try_allocate() for the data of a value, which the peer may keep for long: values leave a share
  // of the segments and of the limit to messages, which come back at once.
  Status try_allocate_value(std::uint64_t size, std::optional<Allocation>* out) noexcept;
  // The generation in which an allocation will be lent. REQUIRES: allocated.
  std::uint32_t next_generation(std::uint32_t number) const noexcept {
    return slots_[number].segment->next_generation();
  }
  // The allocation that those bytes lie in, unless it is lent, or promised to another message.
  std::optional<std::uint32_t> find_held(std::span<const std::byte> bytes) const noexcept;
  // Whether a message that is being written will lend it.
  void promise(std::uint32_t number, bool is_promised) noexcept {
    slots_[number].promised = is_promised;
  }

  std::uint64_t limit() const noexcept { return limit_; }
  // Bytes in segments now, and of these the ones that the peer or a caller holds.
  std::uint64_t total_bytes() const noexcept;
  std::uint64_t outstanding_bytes() const noexcept;

 private:
  struct Slot {
    std::shared_ptr<Segment> segment;
    bool held = false;      // allocated, not yet lent
    bool promised = false;  // a message that refers to it is being written
    bool idle() const noexcept { return segment != nullptr && !held && segment->is_back(); }
  };
  std::optional<std::uint32_t> find_idle(std::uint64_t size) const noexcept;
  bool make_room(std::uint64_t capacity) noexcept;
  Status announce(std::uint32_t number) noexcept;

  const int socket_;
  const std::uint64_t limit_;
  std::array<Slot, wire::kSegmentsMax> slots_;
};

// A bulk message of the peer, or the data of a value. Threads: give_back() from any, once is
// enough; it need not be the side's own thread, so that a finalizer may call it.
class Loan {
 public:
  Loan(std::shared_ptr<Segment> segment, std::uint32_t generation, std::uint64_t length,
       std::uint64_t offset = 0) noexcept
      : segment_(std::move(segment)), generation_(generation), offset_(offset), length_(length) {}

  std::span<std::byte> payload() const noexcept {
    return segment_->payload().subspan(static_cast<std::size_t>(offset_),
                                       static_cast<std::size_t>(length_));
  }
  const std::shared_ptr<Segment>& segment() const noexcept { return segment_; }
  // True when this ended the loan: then BasicWaiter::count_returned() is due.
  bool give_back() noexcept { return segment_->give_back(generation_); }

 private:
  std::shared_ptr<Segment> segment_;
  std::uint32_t generation_;
  std::uint64_t offset_;
  std::uint64_t length_;
};

// Maps the peer's segments, and resolves references to them.
class BulkBorrower {
 public:
  BulkBorrower(int socket, std::uint64_t limit) noexcept : socket_(socket), limit_(limit) {}

  // The message that a record of kind kBulk stands for.
  Status borrow(std::span<const std::byte> reference, std::optional<Loan>* out) noexcept;
  // The data that extension 7 stands for, once for each generation. Invalid: what is wrong with the
  // reference.
  Status borrow_value(const ValueReference& reference, std::optional<Loan>* out) noexcept;
  // Bytes of the peer's segments that are mapped here.
  std::uint64_t mapped_bytes() const noexcept;

 private:
  // Maps every segment that the peer has announced by now. EMFILE, where this process may open no
  // more: later, then. What cannot be mapped concerns the messages in that segment alone.
  Status receive_announced() noexcept;
  void let_go_of_retired() noexcept;
  bool is_lent(std::uint32_t segment, std::uint32_t generation) const noexcept {
    return segments_[segment] && segments_[segment]->is_lent(generation);
  }
  // is_lent(), after a look at what was announced meanwhile.
  Status find_lent(std::uint32_t segment, std::uint32_t generation, bool* found) noexcept;

  const int socket_;
  const std::uint64_t limit_;
  std::array<std::shared_ptr<Segment>, wire::kSegmentsMax> segments_;
  // Why an announced segment could not be mapped (an error number), else 0.
  std::array<int, wire::kSegmentsMax> lost_{};
  // The generation of which a value was taken, else 0, which none is lent in.
  std::array<std::uint32_t, wire::kSegmentsMax> taken_{};
};

}  // namespace ringsnake
