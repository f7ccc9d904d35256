#include "channel_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "control_socket.h"

namespace ringsnake {
namespace {

// type, value, wire version
constexpr std::size_t kWords = wire::kChannelPacketBytes / sizeof(std::uint32_t);

using Receive = Status (*)(int socket, std::span<std::byte> bytes, ReceivedPacket* out) noexcept;

Status next_packet(int socket, Receive receive, std::optional<ChannelPacket>* out) noexcept {
  out->reset();
  std::uint32_t words[kWords] = {};
  ReceivedPacket packet;
  const Status status = receive(socket, std::as_writable_bytes(std::span(words)), &packet);
  if (!status.is_ok()) return status.error_number == EAGAIN ? Status::ok() : status;
  if (packet.length == 0) return Status::system("the peer closed the channel's socket", EPIPE);
  if (packet.length != wire::kChannelPacketBytes || words[2] != wire::kWireVersion ||
      packet.descriptor_count > kOfferDescriptors) {
    return Status::broken("a packet on the channel's socket is not one of this wire version");
  }
  ChannelPacket& received = out->emplace();
  received.type = words[0];
  received.value = words[1];
  received.descriptor_count = packet.descriptor_count;
  received.lost_descriptors = packet.lost_descriptors;
  for (std::size_t i = 0; i < packet.descriptor_count; ++i) {
    received.descriptors[i] = std::move(packet.descriptors[i]);
  }
  return Status::ok();
}

}  // namespace

Status channel_socket_pair(int descriptors[2]) noexcept {
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, descriptors) != 0) {
    return Status::system("socketpair for a channel", errno);
  }
  return Status::ok();
}

Status send_channel_packet(int socket, std::uint32_t type, std::uint32_t value,
                           std::span<const int> descriptors) noexcept {
  const std::uint32_t words[kWords] = {type, value, wire::kWireVersion};
  return send_packet(socket, std::as_bytes(std::span(words)), descriptors);
}

Status receive_channel_packet(int socket, std::optional<ChannelPacket>* out) noexcept {
  return next_packet(socket, receive_packet, out);
}

Status peek_channel_packet(int socket, std::optional<ChannelPacket>* out) noexcept {
  return next_packet(socket, peek_packet, out);
}

Status wait_for_channel_packet(int socket, int timeout_ms, ChannelPacket* out) noexcept {
  while (true) {
    std::optional<ChannelPacket> packet;
    if (const Status status = receive_channel_packet(socket, &packet); !status.is_ok()) {
      return status;
    }
    if (packet) {
      *out = std::move(*packet);
      return Status::ok();
    }
    pollfd watched{socket, POLLIN, 0};
    const int ready = ::poll(&watched, 1, timeout_ms);
    if (ready == 0) return Status::system("waiting for the peer's packet", ETIMEDOUT);
    if (ready < 0 && errno != EINTR) return Status::system("poll of the channel's socket", errno);
  }
}

}  // namespace ringsnake
