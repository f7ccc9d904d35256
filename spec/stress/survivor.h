// The side that lives on when its peer is killed: how it waits, and what must be true for it then.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "../../csrc/core/endpoint.h"
#include "doomed_child.h"

namespace ringsnake::spec {

enum class Waiting : std::uint8_t {
  kNot,      // runs, and looks after the death
  kBlocked,  // asleep in wait() before the instruction that is the child's last
  kInLoop,   // asleep in poll()
  kBlockedForRoom,
  kInLoopDeaf,  // a defective one that hears the doorbell alone
};

class Survivor {
 public:
  using Clock = Waiter::Clock;

  // `expected`: lengths of the records that the child sends. A creator makes its channel at once.
  Survivor(const std::vector<std::uint32_t>& expected, Side side)
      : expected_(expected), side_(side) {
    if (side == Side::kAttacher) return;
    EndpointOptions options;
    options.ring_capacity = wire::kRingCapacityMin;
    CHECK(Endpoint::create(options, &endpoint_, &peer_socket_).is_ok());
  }
  // The other side of the child's channel.
  void attach(int socket) {
    CHECK(Endpoint::attach(socket, EndpointOptions(), &endpoint_).is_ok());
  }
  ~Survivor() { join(); }

  Endpoint& endpoint() noexcept { return *endpoint_; }
  // The child's end of the channel; ours is closed with it.
  OwnedDescriptor& peer_socket() noexcept { return peer_socket_; }

  // Takes what there is and gives it back unseen.
  void discard();
  // Takes what there is, and compares it.
  void receive();
  // Sends `length` bytes. False when there is no room.
  bool send(std::uint32_t length);
  void send_bulk(std::uint64_t length);
  void fall_asleep(Waiting waiting);

  // To be called after the child was killed: what is wrong, or null. `committed`: records that the
  // child had published.
  const char* find_fault_after_death(std::uint32_t committed);
  // The same of a child that was killed while it attached.
  const char* find_fault_after_attaching();
  // How long it took to notice the death, from find_fault_after_death() on.
  Clock::duration notice() const noexcept { return notice_; }
  std::uint32_t received() const noexcept { return received_; }

 private:
  // Long enough for any healthy machine; reaching it is a failure.
  static constexpr auto kBound = std::chrono::seconds(5);
  static constexpr auto kBoundOfDefect = std::chrono::milliseconds(20);
  static constexpr std::uint32_t kFiller = 1000;

  static bool is_end(WaitResult result) noexcept {
    return result == WaitResult::kPeerDied || result == WaitResult::kPeerClosed;
  }
  void join() {
    if (sleeper_.joinable()) sleeper_.join();
  }
  bool wake_up();
  bool is_expected(std::span<const std::byte> payload) const;
  bool is_as_expected(const Record& record);
  const char* find_fault_in_room();

  const std::vector<std::uint32_t>& expected_;
  const Side side_;
  std::unique_ptr<Endpoint> endpoint_;
  OwnedDescriptor peer_socket_;
  Waiting waiting_ = Waiting::kNot;
  std::thread sleeper_;
  WaitResult slept_ = WaitResult::kReady;
  Clock::duration notice_{};
  std::uint32_t received_ = 0;
  const char* fault_ = nullptr;
  // Where our next record goes, by the addresses of the claims alone; and the ends of all so far.
  std::uint32_t written_ = 0;
  std::vector<std::uint32_t> ends_ = {0};
};

inline void Survivor::discard() {
  while (endpoint_->consumer.peek()) {
  }
  endpoint_->consumer.release();
}

inline bool Survivor::is_expected(std::span<const std::byte> payload) const {
  if (received_ == expected_.size() || payload.size() != expected_[received_]) return false;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    if (payload[i] != content(received_, i)) return false;
  }
  return true;
}

inline bool Survivor::is_as_expected(const Record& record) {
  if (record.kind == RecordKind::kMessage) return is_expected(record.payload);
  std::optional<Loan> loan;
  if (!endpoint_->borrow(record.payload, &loan).is_ok() || !loan) return false;
  return is_expected(loan->payload()) && loan->give_back();
}

inline void Survivor::receive() {
  while (const auto record = endpoint_->consumer.peek()) {
    if (!is_as_expected(*record)) {
      fault_ = "it got a record that was never sent as a whole";
      return;
    }
    ++received_;
  }
  endpoint_->consumer.release();
  endpoint_->waiter.wake_after_release();
}

inline bool Survivor::send(std::uint32_t length) {
  const auto room = endpoint_->producer.try_claim(length);
  if (!room) return false;
  std::memset(room->data(), 0x5a, length);
  const std::uint32_t capacity = endpoint_->region()->ring_capacity();
  const auto offset = static_cast<std::uint32_t>(
      room->data() - endpoint_->region()->ring_data(side_) - wire::kRecordHeaderBytes);
  const std::uint32_t padding = (offset - written_) & (capacity - 1);
  endpoint_->producer.commit(length);
  written_ += padding + record_bytes(length);
  ends_.push_back(written_);
  endpoint_->waiter.wake_after_commit();
  return true;
}

inline void Survivor::send_bulk(std::uint64_t length) {
  std::optional<BulkLender::Allocation> segment;
  CHECK(endpoint_->lender.try_allocate(length, &segment).is_ok() && segment);
  const auto room = endpoint_->producer.try_claim(wire::kBulkReferenceBytes);
  CHECK(room);
  write_bulk_reference(room->data(), endpoint_->lender.lend(segment->number, length));
  endpoint_->producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  written_ += record_bytes(wire::kBulkReferenceBytes);
  ends_.push_back(written_);
}

inline void Survivor::fall_asleep(Waiting waiting) {
  waiting_ = waiting;
  Waiter& waiter = endpoint_->waiter;
  if (waiting != Waiting::kNot) receive();
  switch (waiting) {
    case Waiting::kNot:
      break;
    case Waiting::kInLoop:
    case Waiting::kInLoopDeaf:
      CHECK(waiter.park_in_loop());
      break;
    case Waiting::kBlockedForRoom:
      while (send(kFiller)) {
      }
      waiter.want_room(kFiller);
      [[fallthrough]];
    case Waiting::kBlocked:
      sleeper_ = std::thread([this] { slept_ = endpoint_->waiter.wait(Clock::now() + kBound); });
      const auto& parked = endpoint_->region()->side(side_).parked;
      while (parked.load() == wire::kParkedRunning) ::sched_yield();
      break;
  }
}

inline bool Survivor::wake_up() {
  using std::chrono::milliseconds;
  switch (waiting_) {
    case Waiting::kNot:
      return true;
    case Waiting::kBlocked:
    case Waiting::kBlockedForRoom:
      join();
      return slept_ == WaitResult::kReady || is_end(slept_);
    case Waiting::kInLoop:
    case Waiting::kInLoopDeaf:
      break;
  }
  const bool deaf = waiting_ == Waiting::kInLoopDeaf;
  pollfd watched[2] = {{endpoint_->own_doorbell.descriptor(), POLLIN, 0},
                       {endpoint_->waiter.peer().descriptor(), POLLIN, 0}};
  const milliseconds bound = deaf ? milliseconds(kBoundOfDefect) : milliseconds(kBound);
  const int roused = ::poll(watched, deaf ? 1 : 2, static_cast<int>(bound.count()));
  endpoint_->waiter.unpark();
  endpoint_->own_doorbell.clear();
  return roused > 0;
}

inline const char* Survivor::find_fault_in_room() {
  const std::uint32_t read = endpoint_->region()->ring(side_).read_position.load();
  bool at_an_end = false;
  for (const std::uint32_t end : ends_) at_an_end |= end == read;
  if (!at_an_end) return "the child gave back a part of a record";
  while (send(kFiller)) {
  }
  if (endpoint_->producer.broken()) return "its own ring is broken";
  if (written_ - read + wire::kRecordHeaderBytes > endpoint_->region()->ring_capacity()) {
    return "it overran its own ring";
  }
  endpoint_->waiter.want_room(kFiller);
  const bool ended = is_end(endpoint_->waiter.wait(Clock::now() + kBound));
  return ended ? nullptr : "waiting for room of the dead did not end with the death";
}

inline const char* Survivor::find_fault_after_attaching() {
  const auto killed = Clock::now();
  // The child's end of the socket is closed now, or was never more than ours.
  const Status met = endpoint_->meet();
  if (!met.is_ok()) return met.error_number == EPIPE ? nullptr : "meeting it failed otherwise";
  const WaitResult result = endpoint_->waiter.wait(Clock::now() + kBound);
  notice_ = Clock::now() - killed;
  return is_end(result) ? nullptr : "waiting did not end with the death";
}

inline const char* Survivor::find_fault_after_death(std::uint32_t committed) {
  const auto killed = Clock::now();
  if (!wake_up()) return "it slept on";
  endpoint_->waiter.want_room(std::nullopt);
  receive();
  if (fault_ != nullptr) return fault_;
  const WaitResult result = endpoint_->waiter.wait(Clock::now() + kBound);
  notice_ = Clock::now() - killed;
  if (!is_end(result)) return "waiting did not end with the death";
  if (endpoint_->consumer.broken()) return "the child's ring is broken";
  if (received_ < committed) return "a published record is missing";
  return find_fault_in_room();
}

}  // namespace ringsnake::spec
