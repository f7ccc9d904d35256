// Python type `ringsnake._native.Endpoint`: one side's producer, consumer and waiter. Types:
// python/ringsnake/_native.pyi. Threads: one at a time; spin() and wait() let the GIL go.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_endpoint_type(PyObject* module);

}  // namespace ringsnake::python
