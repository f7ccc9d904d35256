// The Unix socket beside the rings: the handshake, descriptors, and the polite end. Normative:
// spec/wire/handshake.md. Threads: any one at a time.
#pragma once

#include <cstddef>
#include <span>

#include "status.h"

namespace ringsnake {

// Makes a connected pair of stream sockets, both close-on-exec. The caller owns both.
Status control_socket_pair(int descriptors[2]) noexcept;

// Sends all of `bytes`, the descriptors with the first of them. They stay ours; the peer gets
// copies. REQUIRES: bytes is not empty; at most 16 descriptors.
Status send_with_descriptors(int socket, std::span<const std::byte> bytes,
                             std::span<const int> descriptors) noexcept;

}  // namespace ringsnake
