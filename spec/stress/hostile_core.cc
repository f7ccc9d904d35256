// The core against a peer that sends well-formed messages and flips words of the region at the same
// time: `hostile_core MESSAGES SECONDS`. To be built with the address sanitizer. Every span that
// the core hands out must lie where it may, every byte of it is touched, and no turn may take long.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>

#include "../../csrc/core/endpoint.h"
#include "../core/check.h"
#include "scribble.h"

namespace ringsnake::spec {
namespace {

using Time = std::chrono::steady_clock;

constexpr std::uint64_t kBulkLimit = std::uint64_t{1} << 20;
constexpr int kTurns = 60;
constexpr std::size_t kMostMessage = 200;
// The bound of the failure model on what a hostile peer may cost an event loop.
constexpr auto kLongestTurn = std::chrono::milliseconds(20);

EndpointOptions options() {
  EndpointOptions options;
  options.ring_capacity = wire::kRingCapacityMin;
  options.bulk_limit = kBulkLimit;
  return options;
}

// Sends what a good peer might, while another of its threads scribbles.
class HostilePeer {
 public:
  HostilePeer(int socket, unsigned seed) {
    CHECK(Endpoint::attach(socket, options(), &endpoint_).is_ok());
    sender_ = std::thread([this] { send(); });
    scribbler_ = std::thread([this, seed] { scribble(seed); });
  }
  HostilePeer(const HostilePeer&) = delete;
  HostilePeer& operator=(const HostilePeer&) = delete;
  ~HostilePeer() {
    over_ = true;
    sender_.join();
    scribbler_.join();
  }

 private:
  void send() {
    for (std::uint32_t number = 0; !over_; ++number) {
      if (number % 64 == 0) send_bulk();
      const std::uint32_t length = number % kMostMessage;
      if (const auto room = endpoint_->producer.try_claim(length)) {
        std::memset(room->data(), 7, length);
        endpoint_->producer.commit(length);
        endpoint_->waiter.wake_after_commit();
      }
      while (endpoint_->consumer.peek()) {
      }
      endpoint_->consumer.release();
    }
  }
  void send_bulk() {
    std::optional<BulkLender::Allocation> segment;
    if (!endpoint_->try_allocate(kMostMessage, &segment).is_ok() || !segment) return;
    const auto room = endpoint_->producer.try_claim(wire::kBulkReferenceBytes);
    if (!room) return endpoint_->lender.drop(segment->number);
    write_bulk_reference(room->data(), endpoint_->lender.lend(segment->number, kMostMessage));
    endpoint_->producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  }
  void scribble(unsigned seed) {
    Scribble scribble(*endpoint_->region(), seed);
    while (!over_) {
      scribble.write(1);
      // So that the victim meets a ring that is broken, and one that is not yet.
      if (scribble.is_sparse()) ::usleep(scribble.random() % 200);
    }
  }

  std::unique_ptr<Endpoint> endpoint_;
  std::atomic<bool> over_ = false;
  std::thread sender_;
  std::thread scribbler_;
};

class Victim {
 public:
  // Uses one channel until it breaks, or for so many turns.
  void live(unsigned seed) {
    std::unique_ptr<Endpoint> endpoint;
    OwnedDescriptor socket;
    CHECK(Endpoint::create(options(), &endpoint, &socket).is_ok());
    // A creator in the same process keeps its own.
    HostilePeer peer(socket.get(), seed);
    endpoint_ = endpoint.get();
    lost_ = false;
    ++channels_;
    for (int turn = 0; turn < kTurns && is_usable(); ++turn) {
      const auto before = Time::now();
      look();
      answer();
      wait();
      longest_ = std::max(longest_, Time::now() - before);
    }
    broken_ += is_usable() ? 0 : 1;
  }

  std::uint64_t messages() const noexcept { return messages_; }
  std::uint64_t bulk_messages() const noexcept { return bulk_messages_; }
  int channels() const noexcept { return channels_; }
  int broken() const noexcept { return broken_; }
  Time::duration longest() const noexcept { return longest_; }
  // Of all bytes: so that no compiler leaves the looking out.
  unsigned sum() const noexcept { return sum_; }

 private:
  bool is_usable() const noexcept {
    return !endpoint_->consumer.broken() && !endpoint_->producer.broken() && !lost_;
  }
  void look() {
    while (const auto record = endpoint_->consumer.peek()) {
      check_within(record->payload, Side::kAttacher);
      ++messages_;
      if (record->kind == RecordKind::kBulk) borrow(*record);
      touch(record->payload);
    }
    endpoint_->consumer.release();
    endpoint_->waiter.wake_after_release();
  }
  void borrow(const Record& record) {
    std::optional<Loan> loan;
    lost_ |= !endpoint_->borrow(record.payload, &loan).is_ok();
    if (!loan) return;
    CHECK(loan->payload().size() <= kBulkLimit);
    touch(loan->payload());
    ++bulk_messages_;
    if (loan->give_back()) endpoint_->waiter.count_returned();
  }
  void answer() {
    for (std::uint32_t length = 0; length < kMostMessage; length += 50) {
      const auto room = endpoint_->producer.try_claim(length);
      if (!room) return endpoint_->waiter.want_room(length);
      endpoint_->waiter.want_room(std::nullopt);
      check_within(*room, Side::kCreator);
      std::memset(room->data(), 1, room->size());
      endpoint_->producer.commit(length);
      endpoint_->waiter.wake_after_commit();
    }
    std::optional<BulkLender::Allocation> segment;
    lost_ |= !endpoint_->try_allocate(kMostMessage, &segment).is_ok();
    if (segment) endpoint_->lender.drop(segment->number);
  }
  void wait() {
    static_cast<void>(endpoint_->wait(Time::now() + std::chrono::microseconds(200)));
    if (endpoint_->waiter.park_in_loop()) endpoint_->waiter.unpark();
    static_cast<void>(endpoint_->waiter.peer_gone(false));
  }
  void check_within(std::span<const std::byte> bytes, Side side) const {
    const std::byte* const ring = endpoint_->region()->ring_data(side);
    CHECK(bytes.data() >= ring);
    CHECK(bytes.data() + bytes.size() <= ring + endpoint_->region()->ring_capacity());
  }
  void touch(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) sum_ += static_cast<unsigned>(byte);
  }

  Endpoint* endpoint_ = nullptr;
  bool lost_ = false;  // what lies beside the rings told of an error
  std::uint64_t messages_ = 0;
  std::uint64_t bulk_messages_ = 0;
  int channels_ = 0;
  int broken_ = 0;
  Time::duration longest_{};
  unsigned sum_ = 0;
};

}  // namespace
}  // namespace ringsnake::spec

int main(int count, char** arguments) {
  using namespace ringsnake::spec;  // NOLINT(google-build-using-namespace)
  const auto messages = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  const auto seconds =
      std::chrono::seconds(count > 2 ? std::strtol(arguments[2], nullptr, 10) : 30);
  const auto end = Time::now() + seconds;
  Victim victim;
  unsigned seed = 1;
  for (; victim.messages() < messages && Time::now() < end; ++seed) victim.live(seed);
  const auto longest = std::chrono::duration<double, std::milli>(victim.longest()).count();
  std::printf(
      "# %llu messages, %llu of them bulk, in %d channels, of which %d broke; longest turn %.2f "
      "ms\n",
      static_cast<unsigned long long>(victim.messages()),
      static_cast<unsigned long long>(victim.bulk_messages()), victim.channels(), victim.broken(),
      longest);
  const bool busy = victim.messages() > messages / 100 && victim.broken() > 0 && victim.sum() != 0;
  std::printf("%sok - the core outlives a peer that scribbles while it sends\n",
              busy ? "" : "not ");
  // On a machine with other work a turn may be descheduled; that is not the peer's doing.
  std::printf("%sok - no turn of it takes long\n",
              victim.longest() < 10 * kLongestTurn ? "" : "not ");
  return busy ? 0 : 1;
}
