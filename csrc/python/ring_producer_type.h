// Python type `ringsnake.ring.RingProducer`: writes messages in place. Types:
// python/ringsnake/_native.pyi.
// Twin: lib/ring/ring-producer.ts.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_ring_producer_type(PyObject* module);

}  // namespace ringsnake::python
