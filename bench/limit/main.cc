// The limit program: both sides of a party in C++, over the ring or over a Unix socket.
//
//   limit drive ring CAPACITY WAITING PEER...   creates a channel, starts the peer, obeys orders
//   limit drive socket PEER...                  the same over a socket
//   limit serve ring WAITING                    is a peer; its end of the link is descriptor 3
//   limit serve socket
//
// WAITING is `adaptive`, `sleep` or `spin:MICROSECONDS`.
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <system_error>

#include "party.h"
#include "peer.h"
#include "ring_link.h"
#include "socket_link.h"

namespace ringsnake::bench {
namespace {

std::uint32_t parse_number(std::string_view text) {
  std::uint32_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    fail("that is no number");
  }
  return number;
}

WaitStrategy parse_waiting(std::string_view text) {
  constexpr std::string_view kSpin = "spin:";
  WaitStrategy waiting;
  if (text == "sleep") {
    waiting.kind = WaitStrategy::Kind::kSleep;
  } else if (text.starts_with(kSpin)) {
    waiting.kind = WaitStrategy::Kind::kSpin;
    waiting.spin = std::chrono::microseconds(parse_number(text.substr(kSpin.size())));
  } else if (text != "adaptive") {
    fail("waiting is adaptive, sleep or spin:MICROSECONDS");
  }
  return waiting;
}

void drive_ring(char** arguments) {
  EndpointOptions options;
  options.ring_capacity = parse_number(arguments[0]);
  options.waiting = parse_waiting(arguments[1]);
  std::unique_ptr<Endpoint> endpoint;
  OwnedDescriptor peer_socket;
  require(Endpoint::create(options, &endpoint, &peer_socket));
  const int pid = start_peer(arguments + 2, peer_socket.get());
  peer_socket = OwnedDescriptor();
  {
    RingLink link(std::move(endpoint));
    obey_orders(link, pid);
  }
  ::waitpid(pid, nullptr, 0);
}

void drive_socket(char** arguments) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("no sockets");
  const int pid = start_peer(arguments, ends[1]);
  ::close(ends[1]);
  {
    SocketLink link(ends[0]);
    obey_orders(link, pid);
  }
  ::waitpid(pid, nullptr, 0);
}

void serve_ring(char** arguments) {
  EndpointOptions options;
  options.waiting = parse_waiting(arguments[0]);
  std::unique_ptr<Endpoint> endpoint;
  require(Endpoint::attach(kLinkDescriptor, options, &endpoint));
  RingLink link(std::move(endpoint));
  Peer(link).run();
}

void serve_socket(char**) {
  SocketLink link(kLinkDescriptor);
  Peer(link).run();
}

struct Role {
  std::string_view verb;
  std::string_view link;
  int least_arguments;
  void (*run)(char** arguments);
};

constexpr Role kRoles[] = {
    {"drive", "ring", 3, drive_ring},
    {"drive", "socket", 1, drive_socket},
    {"serve", "ring", 1, serve_ring},
    {"serve", "socket", 0, serve_socket},
};

}  // namespace
}  // namespace ringsnake::bench

int main(int count, char** arguments) {
  for (const auto& role : ringsnake::bench::kRoles) {
    if (count >= 3 + role.least_arguments && arguments[1] == role.verb &&
        arguments[2] == role.link) {
      role.run(arguments + 3);
      return 0;
    }
  }
  ringsnake::bench::fail("see the head of bench/limit/main.cc for the arguments");
}
