// Receiving of a Python Channel: methods of its type, and what sending needs of them.
#pragma once

#include <Python.h>

#include "channel_state.h"
#include "channel_wait.h"

namespace ringsnake::python {

// The next message: bytes, or a Bulk. New reference; null without an exception when there is none
// now.
PyObject* take_message(ChannelState& state);

// The next record of the ring, and no more of it than a look. Null without an exception: there is
// none now.
const Record* look(ChannelState& state);

// Whether take_message() would have one. False with an exception set when it would raise.
inline bool has_message(ChannelState& state) {
  return !state.inbox.empty() || look(state) != nullptr;
}

// Blocks until has_message(). The caller's own look comes before; close() may come meanwhile, and
// raises. The peer being gone raises, too, once there is nothing left.
// REQUIRES: the caller has a share of the state.
Waited wait_for_message(ChannelState& state, Timer& timer);

// Gives back the room of all that was taken, if nothing else of the ring is being looked at.
void give_room_back(ChannelState& state);

// Moves what lies in the ring to the inbox. False with an exception set: BackpressureError when
// that is too much.
bool fill_inbox(ChannelState& state);

// Methods. Their documentation is in the table of channel_type.cc.
PyObject* channel_receive(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names);
PyObject* channel_receive_many(PyObject* self, PyObject* const* args, Py_ssize_t count,
                               PyObject* names);
PyObject* channel_next(PyObject* self);

}  // namespace ringsnake::python
