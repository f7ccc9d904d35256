// Every way in which a side talks with a companion, by one side of which some call fails. Each step
// ends well or with a Status; then it is over.
#pragma once

#include <poll.h>

#include <array>
#include <cstring>
#include <functional>
#include <optional>

#include "companion.h"
#include "fault_account.h"

namespace ringsnake::spec {

class Conversation {
 public:
  // `watch`: called before and after what is not to fail.
  Conversation(Endpoint& endpoint, Side side, FaultAccount& account, std::function<void()> watch)
      : endpoint_(endpoint), side_(side), account_(account), watch_(std::move(watch)) {}

  void talk();

 private:
  void await_ready();
  void send(std::span<const std::byte> payload);
  void expect(std::span<const std::byte> payload);
  void expect_in_loop();
  void exchange_bulk();
  void fill_ring();

  Endpoint& endpoint_;
  const Side side_;
  FaultAccount& account_;
  const std::function<void()> watch_;
};

inline void Conversation::talk() {
  std::array<std::byte, 300> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i * 13);
  for (const std::size_t length : {std::size_t{1}, message.size()}) {
    message[0] = static_cast<std::byte>(Request::kEcho);
    send(std::span(message).first(length));
    await_ready();
    expect(std::span(message).first(length));
  }
  message[0] = static_cast<std::byte>(Request::kEchoFromLoop);
  for (int i = 0; i < 2; ++i) {
    send(message);
    expect_in_loop();
    expect(message);
  }
  for (int i = 0; i < 2; ++i) {
    exchange_bulk();
    // A large message that failed is none of the other messages' business.
    account_.go_on();
  }
  fill_ring();
}

inline void Conversation::send(std::span<const std::byte> payload) {
  if (account_.is_over()) return;
  const auto room = endpoint_.producer.try_claim(static_cast<std::uint32_t>(payload.size()));
  if (!room) {
    account_.fail("an empty ring has no room");
    return;
  }
  std::memcpy(room->data(), payload.data(), payload.size());
  // So that there is a call to make.
  await_sleep(*endpoint_.region(), other(side_));
  endpoint_.producer.commit(static_cast<std::uint32_t>(payload.size()));
  endpoint_.waiter.wake_after_commit();
}

inline void Conversation::await_ready() {
  if (account_.is_over()) return;
  const auto end = Waiter::Clock::now() + kPatience;
  WaitResult result = WaitResult::kInterrupted;
  while (result == WaitResult::kInterrupted) result = endpoint_.wait(end);
  if (result == WaitResult::kTimedOut) account_.fail("it waited in vain");
  if (result == WaitResult::kPeerDied) account_.fail("a living peer was said to be dead");
  if (result == WaitResult::kPeerClosed) account_.fail("an open peer was said to be closed");
}

inline void Conversation::expect_in_loop() {
  const auto end = Waiter::Clock::now() + kPatience;
  while (!account_.is_over() && !endpoint_.waiter.ready()) {
    account_.check(endpoint_.meet());
    if (endpoint_.waiter.park_in_loop()) {
      pollfd watched{endpoint_.own_doorbell.descriptor(), POLLIN, 0};
      watch_();
      ::poll(&watched, 1, 4000);
      watch_();
      endpoint_.waiter.unpark();
      endpoint_.own_doorbell.clear();
    }
    if (endpoint_.waiter.peer_gone(false)) account_.fail("a living peer was said to be gone");
    if (Waiter::Clock::now() > end) account_.fail("its loop waited in vain");
  }
}

inline void Conversation::expect(std::span<const std::byte> payload) {
  if (account_.is_over()) return;
  const auto record = endpoint_.consumer.peek();
  if (!record || record->payload.size() != payload.size() ||
      std::memcmp(record->payload.data(), payload.data(), payload.size()) != 0) {
    account_.fail("the answer is another than what was sent");
  }
  endpoint_.consumer.release();
  endpoint_.waiter.wake_after_release();
}

inline void Conversation::exchange_bulk() {
  if (account_.is_over()) return;
  constexpr std::size_t kLength = 70'000;
  std::optional<BulkLender::Allocation> segment;
  if (!account_.check(endpoint_.try_allocate(kLength, &segment))) return;
  // No error and no segment: the socket is full. It would be tried again.
  if (!segment && !account_.check(endpoint_.try_allocate(kLength, &segment))) return;
  if (!segment) return account_.fail("no segment though nothing is lent");
  std::memset(segment->payload.data(), 0x7e, kLength);
  const auto room = endpoint_.producer.try_claim(wire::kBulkReferenceBytes);
  if (!room) return account_.fail("an empty ring has no room for a reference");
  write_bulk_reference(room->data(), endpoint_.lender.lend(segment->number, kLength));
  await_sleep(*endpoint_.region(), other(side_));
  endpoint_.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  endpoint_.waiter.wake_after_commit();
  await_ready();
  if (account_.is_over()) return;
  const auto record = endpoint_.consumer.peek();
  if (!record || record->kind != RecordKind::kBulk)
    return account_.fail("no bulk message came back");
  std::optional<Loan> loan;
  const bool borrowed = account_.check(endpoint_.borrow(record->payload, &loan));
  endpoint_.consumer.release();
  endpoint_.waiter.wake_after_release();
  if (!borrowed) return;
  if (!loan || loan->payload().size() != kLength ||
      loan->payload()[kLength / 2] != std::byte{0x7e}) {
    return account_.fail("a bulk message came back changed");
  }
  loan->give_back();
  endpoint_.waiter.count_returned();
}

inline void Conversation::fill_ring() {
  if (account_.is_over()) return;
  constexpr std::uint32_t kLength = 8000;
  while (const auto room = endpoint_.producer.try_claim(kLength)) {
    std::memset(room->data(), 0, kLength);
    room->front() = static_cast<std::byte>(Request::kKeepSilent);
    endpoint_.producer.commit(kLength);
  }
  endpoint_.waiter.want_room(kLength);
  endpoint_.waiter.wake_after_commit();
  await_ready();
  endpoint_.waiter.want_room(std::nullopt);
}

}  // namespace ringsnake::spec
