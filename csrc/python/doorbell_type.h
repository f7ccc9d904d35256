// Python type `ringsnake._native.Doorbell`: an eventfd that rouses an event loop. Types:
// python/ringsnake/_native.pyi. Threads: any, with the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_doorbell_type(PyObject* module);

}  // namespace ringsnake::python
