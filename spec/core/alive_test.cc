// Being there, dying and closing, as the other side learns of it. Normative: spec/wire/ring.md §6.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "../../csrc/core/endpoint.h"
#include "check.h"

namespace ringsnake::spec {
namespace {

// Less than the slice after which a sleeper looks by itself: who ends earlier was woken.
constexpr auto kBeforeSlice = std::chrono::milliseconds(200);
constexpr auto kBound = std::chrono::seconds(30);

Waiter::Clock::time_point in(std::chrono::nanoseconds span) { return Waiter::Clock::now() + span; }

EndpointOptions asleep() {
  EndpointOptions options;
  options.ring_capacity = wire::kRingCapacityMin;
  options.waiting.kind = WaitStrategy::Kind::kSleep;
  return options;
}

struct Created {
  Created() { CHECK(Endpoint::create(asleep(), &endpoint, &peer_socket).is_ok()); }
  std::unique_ptr<Endpoint> endpoint;
  OwnedDescriptor peer_socket;
};

std::unique_ptr<Endpoint> attach(int socket) {
  std::unique_ptr<Endpoint> endpoint;
  CHECK(Endpoint::attach(socket, asleep(), &endpoint).is_ok());
  return endpoint;
}

void send(Endpoint& endpoint, std::uint32_t number) {
  const auto room = endpoint.producer.try_claim(sizeof number);
  CHECK(room.has_value());
  std::memcpy(room->data(), &number, sizeof number);
  endpoint.producer.commit(sizeof number);
  endpoint.waiter.wake_after_commit();
}

bool received(Endpoint& endpoint, std::uint32_t number) {
  const auto record = endpoint.consumer.peek();
  std::uint32_t got = ~number;
  if (record && record->payload.size() == sizeof got) {
    std::memcpy(&got, record->payload.data(), sizeof got);
    endpoint.consumer.release();
  }
  return got == number;
}

// Runs `body` in a child with its end of the channel. Returns the child's pid.
template <class Body>
pid_t in_child(Created& created, Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body(attach(created.peer_socket.release()));
    ::_exit(0);
  }
  created.peer_socket = OwnedDescriptor();
  return child;
}

void reap(pid_t child) { CHECK(::waitpid(child, nullptr, 0) == child); }

void wait_for_hello(Endpoint& endpoint) {
  CHECK(endpoint.wait(in(kBound)) == WaitResult::kReady);
  CHECK(received(endpoint, 1));
  CHECK(endpoint.meet().is_ok());
}

struct RobustMutex {
  RobustMutex() {
    void* const page =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    mutex = static_cast<pthread_mutex_t*>(page);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    CHECK(pthread_mutex_init(mutex, &attributes) == 0);
  }
  pthread_mutex_t* mutex;
};

}  // namespace
}  // namespace ringsnake::spec

int main() {
  using namespace ringsnake;
  using namespace ringsnake::spec;

  test("RING-18: a killed peer ends a futex sleep before the slice does", [] {
    for (int round = 0; round < 20; ++round) {
      Created here;
      const pid_t child = in_child(here, [](auto endpoint) {
        send(*endpoint, 1);
        ::pause();
      });
      wait_for_hello(*here.endpoint);
      std::thread killer([&] { ::kill(child, SIGKILL); });
      CHECK(here.endpoint->wait(in(kBeforeSlice)) == WaitResult::kPeerDied);
      killer.join();
      reap(child);
    }
  });

  test("RING-17: execve ends a side, too", [] {
    Created here;
    const pid_t child = in_child(here, [](auto endpoint) {
      send(*endpoint, 1);
      ::execl("/bin/sleep", "sleep", "30", nullptr);
    });
    wait_for_hello(*here.endpoint);
    // The process lives on, so the word is not believed; but what it held is gone with the sockets.
    CHECK(here.endpoint->waiter.peer_state() != PeerState::kClosed);
    ::kill(child, SIGKILL);
    CHECK(here.endpoint->wait(in(kBound)) == WaitResult::kPeerDied);
    reap(child);
  });

  test("RING-17: a child that the peer forked does not hide its death", [] {
    Created here;
    int alive[2];
    CHECK(::pipe(alive) == 0);
    const pid_t child = in_child(here, [&](auto endpoint) {
      if (::fork() == 0) {
        ::close(alive[1]);
        char byte = 0;
        // Until the test ends, with every descriptor of its parent.
        [[maybe_unused]] const auto end = ::read(alive[0], &byte, 1);
        ::_exit(0);
      }
      send(*endpoint, 1);
      ::pause();
    });
    wait_for_hello(*here.endpoint);
    ::kill(child, SIGKILL);
    CHECK(here.endpoint->wait(in(kBeforeSlice)) == WaitResult::kPeerDied);
    reap(child);
    ::close(alive[0]);
    ::close(alive[1]);
  });

  test("RING-20: a side that closes ends a sleep, after everything it had sent", [] {
    Created here;
    const pid_t child = in_child(here, [](auto endpoint) {
      send(*endpoint, 1);
      send(*endpoint, 2);
      endpoint.reset();
    });
    wait_for_hello(*here.endpoint);
    reap(child);
    CHECK(here.endpoint->wait(in(kBound)) == WaitResult::kReady);
    CHECK(received(*here.endpoint, 2));
    CHECK(here.endpoint->wait(in(kBeforeSlice)) == WaitResult::kPeerClosed);
  });

  test("RING-19: between two threads of one process the word decides", [] {
    Created here;
    std::unique_ptr<Endpoint> left;
    std::thread([&] {
      left = attach(here.peer_socket.get());
      send(*left, 1);
    }).join();
    CHECK(here.endpoint->wait(in(kBound)) == WaitResult::kReady);
    CHECK(received(*here.endpoint, 1));
    CHECK(here.endpoint->wait(in(kBeforeSlice)) == WaitResult::kPeerDied);
  });

  test("RING-19: a forged word is not believed while the process lives", [] {
    Created here;
    const pid_t child = in_child(here, [](auto endpoint) {
      send(*endpoint, 1);
      ::pause();
    });
    wait_for_hello(*here.endpoint);
    here.endpoint->region()->alive(Side::kAttacher).store(wire::kAliveOwnerDied);
    CHECK(here.endpoint->wait(in(std::chrono::milliseconds(120))) == WaitResult::kTimedOut);
    ::kill(child, SIGKILL);
    CHECK(here.endpoint->wait(in(kBound)) == WaitResult::kPeerDied);
    reap(child);
  });

  test("the list that the words stand on stays whole among the process's own robust mutexes", [] {
    RobustMutex before;
    RobustMutex between;
    RobustMutex after;
    Created here;
    Created there;
    const pid_t child = ::fork();
    if (child == 0) {
      pthread_mutex_lock(before.mutex);
      auto one = attach(here.peer_socket.release());
      pthread_mutex_lock(between.mutex);
      auto two = attach(there.peer_socket.release());
      pthread_mutex_lock(after.mutex);
      // Out of the middle, then again at the head.
      one.reset();
      pthread_mutex_unlock(between.mutex);
      pthread_mutex_lock(between.mutex);
      send(*two, 1);
      ::raise(SIGKILL);
    }
    reap(child);
    for (const RobustMutex* held : {&before, &between, &after}) {
      CHECK(pthread_mutex_lock(held->mutex) == EOWNERDEAD);
    }
    CHECK(here.endpoint->meet().is_ok() && there.endpoint->meet().is_ok());
    CHECK(here.endpoint->waiter.peer_state() == PeerState::kClosed);
    CHECK(there.endpoint->waiter.peer_state() == PeerState::kDied);
    CHECK(received(*there.endpoint, 1));
  });

  test("a side that is closed and made again a thousand times leaves the list as it was", [] {
    RobustMutex held;
    CHECK(pthread_mutex_lock(held.mutex) == 0);
    for (int i = 0; i < 1000; ++i) {
      Created here;
      const auto peer = attach(here.peer_socket.get());
      send(*peer, 1);
      CHECK(received(*here.endpoint, 1));
    }
    CHECK(pthread_mutex_unlock(held.mutex) == 0);
  });

  test("RING-21: in a child of fork the copy of an endpoint ends without touching anything", [] {
    Created here;
    auto peer = attach(here.peer_socket.get());
    const pid_t child = ::fork();
    if (child == 0) {
      peer.reset();
      here.endpoint.reset();
      ::_exit(7);
    }
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    send(*peer, 1);
    CHECK(received(*here.endpoint, 1));
    CHECK(here.endpoint->waiter.peer_state() == PeerState::kThere);
  });

  test("a process that is watched already stays watched by the same descriptor", [] {
    Created created;
    const pid_t child = in_child(created, [](auto endpoint) { send(*endpoint, 1); });
    Peer peer;
    CHECK(Peer::open(child, &peer).is_ok());
    // An event loop may poll it.
    const int polled = peer.descriptor();
    created.endpoint->waiter.watch(std::move(peer));
    wait_for_hello(*created.endpoint);
    CHECK(created.endpoint->waiter.peer().descriptor() == polled);
    reap(child);
  });
  test("a child that nobody waits for is killed in the end, and reaped", [] {
    const pid_t child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
    Peer peer;
    CHECK(Peer::open(child, &peer).is_ok());
    // As an event loop leaves it.
    CHECK(::fcntl(peer.descriptor(), F_SETFL, O_NONBLOCK) == 0);
    CHECK(peer.reap_later(1).is_ok());
    const auto deadline = in(kBound);
    while (::kill(child, 0) == 0 && Waiter::Clock::now() < deadline) ::sched_yield();
    CHECK(::waitpid(child, nullptr, 0) == -1 && errno == ECHILD);
  });
  test("a peer that goes away before it attached ends a wait", [] {
    Created here;
    here.peer_socket = OwnedDescriptor();
    CHECK(here.endpoint->wait(in(kBound)) == WaitResult::kPeerDied);
  });
  return 0;
}
