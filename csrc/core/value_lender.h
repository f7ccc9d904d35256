// Puts the data of values into segments while a message is being written. Normative:
// spec/wire/bulk.md §6.
//
// Nothing is lent before the message is complete: one that is given up takes nothing along.
//
// Threads: its side's own. Ownership: none; the Endpoint must outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "endpoint.h"

namespace ringsnake {

class ValueLender {
 public:
  explicit ValueLender(Endpoint& endpoint) noexcept : endpoint_(endpoint) {}

  struct Place {
    ValueReference reference;
    std::span<std::byte> room;
  };
  // Room for `size` bytes. Nothing: there is none to be had now, for whatever reason, and the
  // data goes in band.
  std::optional<Place> place(std::uint64_t size) noexcept {
    std::optional<BulkLender::Allocation> allocation;
    if (count_ == pending_.size() || !endpoint_.try_allocate_value(size, &allocation).is_ok() ||
        !allocation) {
      return std::nullopt;
    }
    pending_[count_++] = {allocation->number, false};
    const std::uint32_t generation = endpoint_.lender.next_generation(allocation->number);
    return Place{{allocation->number, generation, 0, size},
                 allocation->payload.first(static_cast<std::size_t>(size))};
  }

  // The reference to data that lies in an allocation already, which its holder keeps. Once, in one
  // message: the allocation is lent as a whole.
  std::optional<ValueReference> find(std::span<const std::byte> data) noexcept {
    const auto number = endpoint_.lender.find_held(data);
    if (!number || count_ == pending_.size()) return std::nullopt;
    endpoint_.lender.promise(*number, true);
    pending_[count_++] = {*number, true};
    const std::byte* const start = endpoint_.lender.segment(*number)->payload().data();
    return ValueReference{*number, endpoint_.lender.next_generation(*number),
                          static_cast<std::uint64_t>(data.data() - start), data.size()};
  }

  bool pending() const noexcept { return count_ != 0; }

  // The message is complete: it is published next, or kept to be.
  void lend() noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (pending_[i].is_kept) {
        endpoint_.lender.promise(pending_[i].number, false);
        endpoint_.lender.lend_held(pending_[i].number);
      } else {
        endpoint_.lender.lend(pending_[i].number, 0);
      }
    }
    count_ = 0;
  }

  // The message was given up.
  void drop() noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (pending_[i].is_kept) {
        endpoint_.lender.promise(pending_[i].number, false);
      } else {
        endpoint_.lender.drop(pending_[i].number);
      }
    }
    count_ = 0;
  }

 private:
  struct Pending {
    std::uint32_t number;
    bool is_kept;
  };
  Endpoint& endpoint_;
  std::array<Pending, wire::kSegmentsMax> pending_{};
  std::size_t count_ = 0;
};

}  // namespace ringsnake
