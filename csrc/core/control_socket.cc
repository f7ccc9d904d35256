#include "control_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace ringsnake {
namespace {

constexpr std::size_t kDescriptorsMax = 16;
constexpr std::size_t kControlBytes = CMSG_SPACE(kDescriptorsMax * sizeof(int));
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

ssize_t send_part(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors,
                  int flags) noexcept {
  alignas(cmsghdr) char control[kControlBytes] = {};
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t count = 0;
  do {
    count = ::sendmsg(socket, &message, MSG_NOSIGNAL | flags);
  } while (count < 0 && errno == EINTR);
  return count;
}

// Takes over every descriptor that came along, also those that nobody wanted.
void take_descriptors(msghdr& message, ReceivedPacket* out) noexcept {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
      OwnedDescriptor owned(descriptor);
      if (out->descriptor_count < out->descriptors.size()) {
        out->descriptors[out->descriptor_count++] = std::move(owned);
      }
    }
  }
}

Status receive(int socket, std::span<std::byte> bytes, int flags, ReceivedPacket* out) noexcept {
  alignas(cmsghdr) char control[kControlBytes] = {};
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t count = 0;
  do {
    count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
    // ECONNRESET: the peer ended without having read all of ours. The kernel says so once, and
    // before it hands out what the peer had sent.
  } while (count < 0 && (errno == EINTR || errno == ECONNRESET));
  if (count < 0) return Status::system("recvmsg of descriptors", errno);
  take_descriptors(message, out);
  out->length = static_cast<std::size_t>(count);
  out->lost_descriptors = (message.msg_flags & MSG_CTRUNC) != 0;
  return Status::ok();
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
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count =
        send_part(socket, bytes.subspan(sent), sent == 0 ? descriptors : std::span<const int>(), 0);
    if (count < 0) {
      if (errno == EAGAIN && wait_for_room(socket)) continue;
      return Status::system("sendmsg on the control socket", errno);
    }
    sent += static_cast<std::size_t>(count);
  }
  return Status::ok();
}

Status send_packet(int socket, std::span<const std::byte> bytes,
                   std::span<const int> descriptors) noexcept {
  if (bytes.empty() || descriptors.size() > kDescriptorsMax) {
    return Status::invalid("descriptors travel with at least one byte, and at most 16 at once");
  }
  if (send_part(socket, bytes, descriptors, MSG_DONTWAIT) >= 0) return Status::ok();
  // Too many descriptors on their way, which the peer has not taken out yet: no room, too.
  return Status::system("sendmsg of descriptors", errno == ETOOMANYREFS ? EAGAIN : errno);
}

Status receive_with_descriptors(int socket, std::span<std::byte> bytes,
                                ReceivedPacket* out) noexcept {
  return receive(socket, bytes, 0, out);
}

Status receive_packet(int socket, std::span<std::byte> bytes, ReceivedPacket* out) noexcept {
  return receive(socket, bytes, MSG_DONTWAIT, out);
}

Status peek_packet(int socket, std::span<std::byte> bytes, ReceivedPacket* out) noexcept {
  return receive(socket, bytes, MSG_DONTWAIT | MSG_PEEK, out);
}

Status drop_packet(int socket) noexcept {
  std::byte ignored{};
  ssize_t count = 0;
  do {
    // Without a place for them no descriptors are made.
    count = ::recv(socket, &ignored, sizeof ignored, MSG_DONTWAIT);
  } while (count < 0 && (errno == EINTR || errno == ECONNRESET));
  return count < 0 ? Status::system("recv of a packet", errno) : Status::ok();
}

}  // namespace ringsnake
