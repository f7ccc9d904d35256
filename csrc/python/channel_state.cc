#include "channel_state.h"

#include "raise_status.h"

namespace ringsnake::python {

ChannelState* raise_unusable(const ChannelState* state) {
  if (state == nullptr || state->closed) {
    raise_text("ChannelClosedError", "the channel was closed here");
  } else if (!state->generation.is_current()) {
    raise_text("ChannelClosedError",
               "the channel belongs to the process that forked this one: make another");
  } else {
    PyErr_SetString(PyExc_RuntimeError,
                    "another thread is blocked in this channel: it serves one thread at a time");
  }
  return nullptr;
}

ChannelState* raise_visiting() {
  PyErr_SetString(PyExc_RuntimeError,
                  "the channel is being read in place: in a visitor only try_send() and the "
                  "producer can be used, and nothing that receives or waits");
  return nullptr;
}

bool peer_is_gone(ChannelState& state) {
  if (state.peer != PeerState::kThere) return true;
  Endpoint& endpoint = *state.endpoint;
  if (!endpoint.meet().is_ok()) {
    // It went away before it had answered, so nobody will come.
    state.peer = PeerState::kDied;
  } else if (endpoint.waiter.peer_may_be_gone()) {
    state.peer = endpoint.waiter.peer_state();
  }
  return state.peer != PeerState::kThere;
}

void raise_peer_gone(const ChannelState& state) {
  if (state.peer == PeerState::kClosed) {
    raise_text("ChannelClosedError", "the peer has closed the channel");
  } else {
    raise_text("PeerDiedError", "the process or thread at the other end has ended");
  }
}

}  // namespace ringsnake::python
