// A hostile peer: attaches to the channel whose socket is descriptor 3, then writes random words
// over the region as fast as it can, until the other side closes. Half of the words are such that
// they might be believed. By its seed it writes anywhere, only where sides say that they sleep or
// live, or only now and then, so that the other side gets further before it notices.
#include <poll.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

#include "../../csrc/core/channel_socket.h"
#include "../../csrc/core/endpoint.h"

namespace {

using namespace ringsnake;

constexpr int kChannelSocket = 3;
constexpr int kWordsPerLook = 200'000;

std::uint32_t plausible(std::mt19937& random, std::uint32_t capacity) {
  switch (random() % 8) {
    case 0:
      return 0;
    case 1:
      return wire::kRecordPaddingWord;
    case 2:
      return random() % 64 + 1;
    case 3:
      return random() % capacity;
    case 4:
      return capacity / 2 - wire::kRecordHeaderBytes + 1;
    case 5:
      return random() % 8;
    case 6:
      return wire::kAliveOwnerDied | random();
    default:
      return random() & ~7U;
  }
}

// parked, cpu and returned of both sides, and both alive words.
constexpr std::size_t kSleepWords[] = {128, 160, 192, 256, 288, 320, 1018, 1020};

bool is_over(int socket) {
  pollfd watched{socket, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & POLLHUP) != 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random(count > 1 ? static_cast<unsigned>(std::strtoul(arguments[1], nullptr, 10))
                                : 1);
  // attach() takes the descriptor over; this copy is for junk, and tells when the other side
  // closes.
  const int socket = ::dup(kChannelSocket);
  std::unique_ptr<Endpoint> endpoint;
  if (!Endpoint::attach(kChannelSocket, {}, &endpoint).is_ok()) return 1;
  std::puts("attached");
  std::fflush(stdout);
  const Region& region = *endpoint->region();
  const std::size_t words = region.size() / sizeof(std::uint32_t);
  auto* const memory = reinterpret_cast<volatile std::uint32_t*>(region.data());
  const unsigned manner = random() % 3;
  const int words_per_look = manner == 2 ? 3 : kWordsPerLook;
  while (!is_over(socket)) {
    for (int i = 0; i < words_per_look; ++i) {
      // The control page and the beginnings of the rings decide most.
      std::size_t place = random() % 4 == 0 ? random() % words : random() % 1200;
      if (manner == 1) place = kSleepWords[random() % std::size(kSleepWords)];
      memory[place] = random() % 2 == 0 ? plausible(random, region.ring_capacity()) : random();
    }
    // Wakes that nobody needs, and packets that mean nothing.
    endpoint->waiter.wake_after_commit();
    const std::uint32_t type = random() % 5;
    [[maybe_unused]] const Status sent = send_channel_packet(socket, type, random() % 70, {});
  }
  std::_Exit(0);
}
