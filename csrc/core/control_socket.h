// The Unix socket beside the rings: the handshake, descriptors, and the polite end. Normative:
// spec/wire/handshake.md. Threads: any one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "shared_memory.h"
#include "status.h"

namespace ringsnake {

// Makes a connected pair of stream sockets, both close-on-exec. The caller owns both.
Status control_socket_pair(int descriptors[2]) noexcept;

// Sends all of `bytes`, the descriptors with the first of them. They stay ours; the peer gets
// copies. REQUIRES: bytes is not empty; at most 16 descriptors.
Status send_with_descriptors(int socket, std::span<const std::byte> bytes,
                             std::span<const int> descriptors) noexcept;

// Sends one message of a socket that keeps boundaries, or nothing: EAGAIN when there is no room.
Status send_packet(int socket, std::span<const std::byte> bytes,
                   std::span<const int> descriptors) noexcept;

struct ReceivedPacket {
  std::size_t length = 0;  // 0: the peer closed its end
  std::size_t descriptor_count = 0;
  std::array<OwnedDescriptor, 16> descriptors;
  // This process may open no more: the kernel dropped some without an error.
  bool lost_descriptors = false;
};
// Receives at least one byte into `bytes`; blocks until there is one, or the peer closes its end.
Status receive_with_descriptors(int socket, std::span<std::byte> bytes,
                                ReceivedPacket* out) noexcept;

// Receives one message into `bytes`; EAGAIN when none is there. What does not fit is lost.
Status receive_packet(int socket, std::span<std::byte> bytes, ReceivedPacket* out) noexcept;

// The same, but leaves the message there, with descriptors of its own.
Status peek_packet(int socket, std::span<std::byte> bytes, ReceivedPacket* out) noexcept;

// Takes away what peek_packet() has shown.
Status drop_packet(int socket) noexcept;

}  // namespace ringsnake
