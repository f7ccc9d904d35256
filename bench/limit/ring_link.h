// The ring itself as a link: records copied in, records looked at in place, nothing else. The limit
// that languages are compared with.
//
// A link is what the driver and the peer are templates over:
//   send(bytes)    queues one record, waiting for room
//   flush()        the other side now sees everything sent
//   receive(each)  calls `each(bytes)` for the records there are, waiting for the first, until it
//                  returns false; false: the other side is gone
//
// Threads: one. Ownership: owns the endpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "../../csrc/core/endpoint.h"
#include "fail.h"

namespace ringsnake::bench {

class RingLink {
 public:
  explicit RingLink(std::unique_ptr<Endpoint> endpoint) noexcept : endpoint_(std::move(endpoint)) {}

  void send(std::span<const std::byte> bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    auto room = endpoint_->producer.try_claim(length);
    while (!room) {
      wait_for_room(length);
      room = endpoint_->producer.try_claim(length);
    }
    std::memcpy(room->data(), bytes.data(), bytes.size());
    endpoint_->producer.commit(length);
  }

  void flush() noexcept { endpoint_->waiter.wake_after_commit(); }

  template <class Each>
  bool receive(Each each) {
    auto record = endpoint_->consumer.peek();
    while (!record) {
      if (endpoint_->consumer.broken()) fail("the ring is broken");
      const WaitResult result = endpoint_->waiter.wait(std::nullopt);
      if (result == WaitResult::kPeerDied || result == WaitResult::kPeerClosed) return false;
      record = endpoint_->consumer.peek();
    }
    // Room is given back often enough that the producer seldom waits for it.
    std::size_t bytes = 0;
    for (int i = 1;; ++i) {
      bytes += record->payload.size();
      if (!each(record->payload) || i == kRecordsPerRelease || bytes > kBytesPerRelease) break;
      record = endpoint_->consumer.peek();
      if (!record) break;
    }
    endpoint_->consumer.release();
    endpoint_->waiter.wake_after_release();
    return true;
  }

 private:
  static constexpr int kRecordsPerRelease = 64;
  static constexpr std::size_t kBytesPerRelease = std::size_t{32} * 1024;

  void wait_for_room(std::uint32_t length) {
    if (endpoint_->producer.broken()) fail("the ring is broken");
    flush();
    endpoint_->waiter.want_room(length);
    const WaitResult result = endpoint_->waiter.wait(std::nullopt);
    endpoint_->waiter.want_room(std::nullopt);
    if (result == WaitResult::kPeerDied || result == WaitResult::kPeerClosed) {
      fail("the peer went away in the middle of a stream");
    }
  }

  std::unique_ptr<Endpoint> endpoint_;
};

}  // namespace ringsnake::bench
