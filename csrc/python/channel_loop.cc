#include "channel_loop.h"

#include <optional>

#include "channel_output.h"
#include "channel_receive.h"
#include "channel_state.h"

namespace ringsnake::python {
namespace {

bool is_ready(ChannelState& state) {
  return state.unread || !state.inbox.empty() || state.endpoint->waiter.ready() ||
         peer_is_gone(state);
}

}  // namespace

PyObject* channel_doorbell(PyObject* self, void*) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  state->in_loop = true;
  return PyLong_FromLong(state->endpoint->own_doorbell.descriptor());
}

PyObject* channel_peer_descriptor(PyObject* self, void*) {
  const ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->endpoint->waiter.peer().descriptor());
}

PyObject* channel_meeting_descriptor(PyObject* self, void*) {
  const ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->endpoint->meeting_descriptor());
}

PyObject* channel_ready(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : PyBool_FromLong(is_ready(*state) ? 1 : 0);
}

PyObject* channel_look_briefly(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr
                          : PyBool_FromLong(state->endpoint->waiter.look_briefly() ? 1 : 0);
}

PyObject* channel_spin(PyObject* self, PyObject*) {
  ChannelState* const state = use_reader(self);
  if (state == nullptr) return nullptr;
  publish_batch(*state);
  const std::shared_ptr<ChannelState> keep = state->shared_from_this();
  bool ready = false;
  {
    const Absence absence(*state);
    ready = state->endpoint->waiter.spin();
  }
  return PyBool_FromLong(ready ? 1 : 0);
}

PyObject* channel_park(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  publish_batch(*state);
  state->parked_in_loop = !state->unread && state->endpoint->waiter.park_in_loop();
  return PyBool_FromLong(state->parked_in_loop ? 1 : 0);
}

PyObject* channel_unpark(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  state->endpoint->waiter.unpark();
  state->parked_in_loop = false;
  Py_RETURN_NONE;
}

PyObject* channel_clear_doorbell(PyObject* self, PyObject*) {
  const ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  state->endpoint->own_doorbell.clear();
  Py_RETURN_NONE;
}

PyObject* channel_look_at_peer(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  if (!peer_is_gone(*state)) state->peer = state->endpoint->waiter.peer_state();
  return PyBool_FromLong(state->peer == PeerState::kThere ? 0 : 1);
}

PyObject* channel_keep_messages(PyObject* self, PyObject*) {
  ChannelState* const state = use_reader(self);
  if (state == nullptr || !fill_inbox(*state)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* channel_want(PyObject* self, PyObject* wanted) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  want(state->endpoint->waiter, wanted == Py_True ? state->lack : Lack::nothing());
  Py_RETURN_NONE;
}

PyObject* channel_hold_senders(PyObject* self, PyObject* wait) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  state->senders_wait = wait == Py_True;
  Py_RETURN_NONE;
}

}  // namespace ringsnake::python
