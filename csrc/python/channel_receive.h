// Receiving of a Python Channel: methods of its type, and what sending needs of them.
#pragma once

#include <Python.h>

#include "channel_state.h"

namespace ringsnake::python {

// The next message: bytes, or a Bulk. New reference; null without an exception when there is none
// now.
PyObject* take_message(ChannelState& state);

// Moves what lies in the ring to the inbox. False with an exception set: BackpressureError when
// that is too much.
bool fill_inbox(ChannelState& state);

// Methods. Their documentation is in the table of channel_type.cc.
PyObject* channel_receive(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names);
PyObject* channel_receive_many(PyObject* self, PyObject* const* args, Py_ssize_t count,
                               PyObject* names);
PyObject* channel_next(PyObject* self);

}  // namespace ringsnake::python
