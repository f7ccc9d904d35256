// What the Python types RingProducer and RingConsumer have in common: each is a name for one end of
// a channel's rings, which its `channel.producer` or `channel.consumer` makes anew each time.
//
// Threads: the channel's rule. Ownership: keeps the channel; what it does is in the channel's
// state.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to an end, or null with an exception set. `type`: of make_ring_end_type().
PyObject* make_ring_end(PyObject* type, PyObject* channel);

// The channel of an end, borrowed.
PyObject* channel_of(PyObject* end);

struct RingEndType {
  const char* name;
  const char* documentation;
  PyMethodDef* methods;
  PyGetSetDef* attributes;
};

// New reference to a type of ends, or null with an exception set.
PyObject* make_ring_end_type(PyObject* module, const RingEndType& described);

}  // namespace ringsnake::python
