// A driver's other ends: the peer process it starts, and the orders it gets.
//
// Standard input: one order a line. Standard output, for each: a 32-bit count and so many 32-bit
// numbers. The first answer, unasked, is the peer's process id. Twin: bench/ring/party.ts.
#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "driver.h"
#include "fail.h"

namespace ringsnake::bench {

// Where a peer finds its end of the link.
inline constexpr int kLinkDescriptor = 3;

// Starts `command` with `descriptor` as its kLinkDescriptor.
inline int start_peer(char* const* command, int descriptor) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, descriptor, kLinkDescriptor);
  int pid = -1;
  const int error = ::posix_spawnp(&pid, command[0], &actions, nullptr, command, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail("the peer does not start");
  return pid;
}

inline void answer(const std::vector<std::uint32_t>& numbers) {
  const auto count = static_cast<std::uint32_t>(numbers.size());
  std::cout.write(reinterpret_cast<const char*>(&count), sizeof count);
  std::cout.write(reinterpret_cast<const char*>(numbers.data()),
                  static_cast<std::streamsize>(count * sizeof count));
  std::cout.flush();
}

// Until the end of standard input.
template <class Link>
void obey_orders(Link& link, int peer_pid) {
  answer({static_cast<std::uint32_t>(peer_pid)});
  Driver<Link> driver(link);
  for (std::string line; std::getline(std::cin, line);) {
    Order order;
    std::istringstream words(line);
    words >> order.action >> order.payload_bytes >> order.milliseconds >> order.window_us >>
        order.batch >> order.pause_ms;
    answer(driver.obey(order));
  }
}

}  // namespace ringsnake::bench
