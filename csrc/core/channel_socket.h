// The socket beside a channel's rings: it hands descriptors over, first those of the channel
// itself, then one for each new segment. Normative: spec/wire/bulk.md §1.
//
// A connected pair of Unix sockets that keep message boundaries (SOCK_SEQPACKET): each packet has
// its own descriptors, and a lost one is missed by count. Threads: any one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "shared_memory.h"
#include "status.h"
#include "wire_constants.gen.h"

namespace ringsnake {

// Descriptors of an offer: region, attacher's doorbell, creator's doorbell, creator's pidfd.
inline constexpr std::size_t kOfferDescriptors = 4;

struct ChannelPacket {
  std::uint32_t type = 0;   // wire::kChannelPacket…
  std::uint32_t value = 0;  // a segment's number, or the sender's process id
  std::size_t descriptor_count = 0;
  std::array<OwnedDescriptor, kOfferDescriptors> descriptors;
  // This process may open no more: the packet came, but not all of its descriptors.
  bool lost_descriptors = false;
};

// Makes a connected pair, both close-on-exec and non-blocking. The caller owns both.
Status channel_socket_pair(int descriptors[2]) noexcept;

// The descriptors stay ours. EAGAIN: the peer has not read enough yet.
Status send_channel_packet(int socket, std::uint32_t type, std::uint32_t value,
                           std::span<const int> descriptors) noexcept;

// The next packet, or nothing when none is there. kBroken when it is not one of ours, kSystem with
// EPIPE when the peer closed its end.
Status receive_channel_packet(int socket, std::optional<ChannelPacket>* out) noexcept;

// The same, but leaves it there; where this process may open no more, for the next time.
Status peek_channel_packet(int socket, std::optional<ChannelPacket>* out) noexcept;

// receive_channel_packet(), but waits for it for at most that long; ETIMEDOUT.
Status wait_for_channel_packet(int socket, int timeout_ms, ChannelPacket* out) noexcept;

}  // namespace ringsnake
