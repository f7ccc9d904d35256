// Messages laid out one behind the other in one claim of a ring, and not published yet.
//
// Threads: the channel's. Ownership: the room is the ring's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "../core/record.h"

namespace ringsnake::python {

class OpenBatch {
 public:
  // As many as in TypeScript: enough that publishing costs nothing per message.
  static constexpr std::size_t kMost = 256;

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == kMost; }
  // REQUIRES: empty(). `room`: of a claim, which nothing else uses until take().
  void begin(std::span<std::byte> room) {
    room_ = room;
    offset_ = 0;
  }
  // Whether a message of that many bytes can be added.
  bool fits(std::size_t length) const {
    return room_.data() != nullptr && !full() && offset_ <= room_.size() &&
           length <= room_.size() - offset_;
  }
  // REQUIRES: fits(data.size()).
  void add(std::span<const std::byte> data) {
    if (!data.empty()) std::memcpy(room_.data() + offset_, data.data(), data.size());
    const auto length = static_cast<std::uint32_t>(data.size());
    lengths_[count_++] = length;
    offset_ += record_bytes(length);
  }
  // For RingProducer::commit_batch(), before anything is added again. The batch is empty then.
  std::span<const std::uint32_t> take() {
    const auto lengths = std::span<const std::uint32_t>(lengths_).first(count_);
    room_ = {};
    count_ = 0;
    return lengths;
  }

 private:
  std::span<std::byte> room_;
  std::size_t offset_ = 0;  // of the next payload
  std::size_t count_ = 0;
  std::array<std::uint32_t, kMost> lengths_;
};

}  // namespace ringsnake::python
