// How a Channel sends what does not fit at once: it waits for what is lacking, and goes on
// receiving meanwhile, so that two full rings never wait for each other (spec/wire/ring.md,
// RING-13).
#pragma once

#include <Python.h>

#include <memory>

#include "channel_receive.h"
#include "channel_state.h"
#include "channel_wait.h"
#include "lack.h"
#include "raise_status.h"

namespace ringsnake::python {

// True or False of one attempt, or null with the exception that it set. Kept for an event loop.
inline PyObject* to_bool(ChannelState& state, Lack lack) {
  state.lack = lack;
  if (lack.kind == Lack::Kind::kRaised) return nullptr;
  return PyBool_FromLong(lack.kind == Lack::Kind::kNothing ? 1 : 0);
}

// Attempts until nothing is lacking. False with an exception set: BackpressureError when the time
// is up.
template <class Attempt>
bool send_blocking(ChannelState& given, Timer timer, Attempt attempt) {
  // close() in another thread, or in a signal's handler, may take the object's share.
  const std::shared_ptr<ChannelState> state = given.shared_from_this();
  Waiter& waiter = state->endpoint->waiter;
  auto waited = Waited::kReady;
  if (state->visiting) {
    raise_visiting();
    return false;
  }
  while (true) {
    const Lack lack = attempt(*state);
    if (lack.kind == Lack::Kind::kNothing) return true;
    if (lack.kind == Lack::Kind::kRaised) return false;
    if (timer.is_none() || waited == Waited::kTimedOut) {
      raise_text("BackpressureError", "the peer made no room in time: nothing was sent");
      return false;
    }
    if (!fill_inbox(*state)) return false;
    // A coroutine that waits to receive would not see what is not in the ring any more.
    if (state->in_loop && !state->inbox.empty()) state->endpoint->own_doorbell.press();
    want(waiter, lack);
    waited = wait_for_peer(*state, timer);
    want(waiter, Lack::nothing());
    if (waited == Waited::kRaised) return false;
  }
}

// False with an exception set when the peer is gone. As cheap as a look at one word.
inline bool can_reach_peer(ChannelState& state) {
  if (!state.endpoint->waiter.peer_may_be_gone() && state.peer == PeerState::kThere) return true;
  if (!peer_is_gone(state)) return true;
  raise_peer_gone(state);
  return false;
}

}  // namespace ringsnake::python
