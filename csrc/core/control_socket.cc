#include "control_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace ringsnake {
namespace {

constexpr std::size_t kDescriptorsMax = 16;
// How long a peer may leave its end unread; the messages here are few and small.
constexpr int kRoomTimeoutMs = 5000;

// For sockets in non-blocking mode, as event loops have them. False, errno EAGAIN, when no room
// came in time.
bool wait_for_room(int socket) noexcept {
  pollfd watched{socket, POLLOUT, 0};
  const int ready = ::poll(&watched, 1, kRoomTimeoutMs);
  if (ready == 0) errno = EAGAIN;
  return ready > 0 || (ready < 0 && errno == EINTR);
}

}  // namespace

Status control_socket_pair(int descriptors[2]) noexcept {
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors) != 0) {
    return Status::system("socketpair", errno);
  }
  return Status::ok();
}

Status send_with_descriptors(int socket, std::span<const std::byte> bytes,
                             std::span<const int> descriptors) noexcept {
  if (bytes.empty() || descriptors.size() > kDescriptorsMax) {
    return Status::invalid("descriptors travel with at least one byte, and at most 16 at once");
  }
  alignas(cmsghdr) char control[CMSG_SPACE(kDescriptorsMax * sizeof(int))] = {};
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    iovec part{const_cast<std::byte*>(bytes.data()) + sent, bytes.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (sent == 0 && !descriptors.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
      cmsghdr* const header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
      std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    const ssize_t count = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN && wait_for_room(socket)) continue;
      return Status::system("sendmsg on the control socket", errno);
    }
    sent += static_cast<std::size_t>(count);
  }
  return Status::ok();
}

}  // namespace ringsnake
