// Sending frames: methods of `ringsnake._native.Endpoint`, and what runs calls. Needs the GIL.
#pragma once

#include <Python.h>

#include "../core/frame.h"
#include "endpoint_state.h"

namespace ringsnake::python {

// What a frame carries.
struct Outgoing {
  PyObject* value;
  PyObject* program;  // its declared type, in an object; null: it has none
  PyObject* context;  // of calls: an encoded value, as bytes; null: none
};

// Sends a frame: None. If it must wait: the frame, as bytes. Null with an exception set.
PyObject* send_frame(EndpointState& state, const FrameHeader& header, const Outgoing& outgoing,
                     bool may_claim);

// try_send(kind, flags, call_id, interface_index, method_index, parent, value, may_claim,
// program = None, context = None)
PyObject* endpoint_try_send(PyObject* self, PyObject* const* args, Py_ssize_t count);
// try_send_encoded(frame)
PyObject* endpoint_try_send_encoded(PyObject* self, PyObject* frame);

}  // namespace ringsnake::python
