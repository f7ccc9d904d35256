// The healthy side that a side with a failing system call talks to. It answers every message, and
// always from sleep to sleep, so that each wake-up needs its system call.
#pragma once

#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <optional>
#include <vector>

#include "../../csrc/core/endpoint.h"

namespace ringsnake::spec {

// What a message asks for, by its first byte.
enum class Request : std::uint8_t {
  kEcho = 1,
  kEchoFromLoop,  // and sleep in the event loop until the next one
  kKeepSilent,
};

inline constexpr auto kPatience = std::chrono::seconds(4);

// Until that side sleeps; for a bounded time, as it may have failed.
inline void await_sleep(const Region& region, Side side) {
  const auto end = Waiter::Clock::now() + std::chrono::milliseconds(100);
  while (region.side(side).parked.load() == wire::kParkedRunning && Waiter::Clock::now() < end) {
    ::sched_yield();
  }
}

class Companion {
 public:
  Companion(Endpoint& endpoint, Side side) : endpoint_(endpoint), side_(side) {}

  // Serves until the other side has gone.
  void serve();

 private:
  bool wait();
  void answer(const Record& record);
  void send(std::span<const std::byte> payload);
  void send_bulk(std::span<const std::byte> payload);

  Endpoint& endpoint_;
  const Side side_;
  bool in_loop_ = false;
};

inline bool Companion::wait() {
  const auto end = Waiter::Clock::now() + kPatience;
  if (!in_loop_) {
    WaitResult result = WaitResult::kInterrupted;
    while (result == WaitResult::kInterrupted) result = endpoint_.wait(end);
    return result == WaitResult::kReady;
  }
  in_loop_ = false;
  if (!endpoint_.waiter.park_in_loop()) return true;
  // A press that fails is not told to anyone, so the sleep is short.
  pollfd watched{endpoint_.own_doorbell.descriptor(), POLLIN, 0};
  ::poll(&watched, 1, 50);
  endpoint_.waiter.unpark();
  endpoint_.own_doorbell.clear();
  return true;
}

inline void Companion::send(std::span<const std::byte> payload) {
  const auto room = endpoint_.producer.try_claim(static_cast<std::uint32_t>(payload.size()));
  if (!room) return;
  std::memcpy(room->data(), payload.data(), payload.size());
  await_sleep(*endpoint_.region(), other(side_));
  endpoint_.producer.commit(static_cast<std::uint32_t>(payload.size()));
  endpoint_.waiter.wake_after_commit();
}

inline void Companion::send_bulk(std::span<const std::byte> payload) {
  std::optional<BulkLender::Allocation> segment;
  if (!endpoint_.try_allocate(payload.size(), &segment).is_ok() || !segment) return;
  const auto room = endpoint_.producer.try_claim(wire::kBulkReferenceBytes);
  if (!room) return;
  std::memcpy(segment->payload.data(), payload.data(), payload.size());
  write_bulk_reference(room->data(), endpoint_.lender.lend(segment->number, payload.size()));
  await_sleep(*endpoint_.region(), other(side_));
  endpoint_.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  endpoint_.waiter.wake_after_commit();
}

inline void Companion::answer(const Record& record) {
  if (record.kind == RecordKind::kBulk) {
    std::optional<Loan> loan;
    if (!endpoint_.borrow(record.payload, &loan).is_ok() || !loan) return;
    const std::vector<std::byte> copy(loan->payload().begin(), loan->payload().end());
    if (loan->give_back()) endpoint_.waiter.count_returned();
    send_bulk(copy);
    return;
  }
  const std::vector<std::byte> copy(record.payload.begin(), record.payload.end());
  const auto request = static_cast<Request>(copy.at(0));
  in_loop_ = request == Request::kEchoFromLoop;
  if (request != Request::kKeepSilent) send(copy);
}

inline void Companion::serve() {
  while (wait()) {
    if (endpoint_.waiter.peer_state() != PeerState::kThere && !endpoint_.consumer.readable())
      return;
    while (const auto record = endpoint_.consumer.peek()) {
      if (record->kind == RecordKind::kMessage &&
          static_cast<Request>(record->payload[0]) == Request::kKeepSilent) {
        await_sleep(*endpoint_.region(), other(side_));
      }
      answer(*record);
    }
    endpoint_.consumer.release();
    endpoint_.waiter.wake_after_release();
  }
}

// The process that a companion lives in. Ownership: owns it; none outlives this.
class CompanionProcess {
 public:
  // `body` runs there, with its end of a socket between the two.
  explicit CompanionProcess(const std::function<void(int socket)>& body);
  CompanionProcess(const CompanionProcess&) = delete;
  CompanionProcess& operator=(const CompanionProcess&) = delete;
  ~CompanionProcess();

  pid_t pid() const noexcept { return pid_; }
  int socket() const noexcept { return socket_; }
  // Whether it ends in good order within a time that is too short for a companion that was not told
  // of the conversation's end.
  bool ends_by_itself();

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
};

inline CompanionProcess::CompanionProcess(const std::function<void(int socket)>& body) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) ::_exit(97);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(sockets[0]);
    body(sockets[1]);
    ::_exit(0);
  }
  ::close(sockets[1]);
  socket_ = sockets[0];
}

inline CompanionProcess::~CompanionProcess() {
  ::close(socket_);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

inline bool CompanionProcess::ends_by_itself() {
  // One that has met nobody waits for this.
  ::shutdown(socket_, SHUT_RDWR);
  const auto end = Waiter::Clock::now() + kPatience / 2;
  siginfo_t information{};
  while (information.si_pid == 0 && Waiter::Clock::now() < end) {
    ::waitid(P_PID, static_cast<id_t>(pid_), &information, WEXITED | WNOHANG | WNOWAIT);
    if (information.si_pid == 0) ::usleep(200);
  }
  return information.si_pid != 0 && information.si_code == CLD_EXITED;
}

}  // namespace ringsnake::spec
