// A hostile peer: attaches to the channel whose socket is descriptor 3, then writes random words
// over the region as fast as it can, until the other side closes.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "../../csrc/core/channel_socket.h"
#include "../../csrc/core/endpoint.h"
#include "scribble.h"

namespace {

using namespace ringsnake;

constexpr int kChannelSocket = 3;
constexpr int kWordsPerLook = 200'000;

bool is_over(int socket) {
  pollfd watched{socket, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & POLLHUP) != 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned seed =
      count > 1 ? static_cast<unsigned>(std::strtoul(arguments[1], nullptr, 10)) : 1;
  // attach() takes the descriptor over; this copy is for junk, and tells when the other side
  // closes.
  const int socket = ::dup(kChannelSocket);
  std::unique_ptr<Endpoint> endpoint;
  if (!Endpoint::attach(kChannelSocket, {}, &endpoint).is_ok()) return 1;
  std::puts("attached");
  std::fflush(stdout);
  spec::Scribble scribble(*endpoint->region(), seed);
  while (!is_over(socket)) {
    scribble.write(scribble.is_sparse() ? 3 : kWordsPerLook);
    // Wakes that nobody needs, and packets that mean nothing.
    endpoint->waiter.wake_after_commit();
    const std::uint32_t type = scribble.random() % 5;
    [[maybe_unused]] const Status sent =
        send_channel_packet(socket, type, scribble.random() % 70, {});
  }
  std::_Exit(0);
}
