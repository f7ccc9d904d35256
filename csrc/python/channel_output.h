// What a Channel's side has begun to send, and the way to everything else that it sends: an open
// claim holds the ring, and an open batch goes first.
//
// Threads: the channel's, with the GIL.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "blocked_sender.h"
#include "channel_state.h"
#include "lack.h"
#include "raise_status.h"

namespace ringsnake::python {

// The part of publish_batch() that is seldom needed.
void publish_messages(ChannelState& state);
// Of begin_sending(): an open batch is published, an open claim forbids it.
bool settle_output(ChannelState& state);

// Publishes what producer.write() has laid out, and wakes the peer if it sleeps. Before this side
// sends, waits or closes.
inline void publish_batch(ChannelState& state) {
  if (!state.batch.empty()) publish_messages(state);
}

// Whether the peer may be sent to, with the open batch on its way. False with an exception set:
// the peer is gone, or a claim is open.
inline bool begin_sending(ChannelState& state) {
  if ((state.claim.is_open() || !state.batch.empty()) && !settle_output(state)) return false;
  return can_reach_peer(state);
}

// The bytes to write a record of `length` into. REQUIRES: begin_sending();
// length <= max_payload().
inline Lack claim_room(ChannelState& state, std::uint32_t length, std::span<std::byte>* room) {
  const auto claimed = state.endpoint->producer.try_claim(length);
  if (claimed) {
    *room = *claimed;
    return Lack::nothing();
  }
  if (!state.endpoint->producer.broken()) return Lack::of_room(length);
  raise_text("ProtocolError", "the ring holds what no peer may write");
  return Lack::raised();
}

}  // namespace ringsnake::python
