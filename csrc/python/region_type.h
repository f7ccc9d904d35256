// Python type `ringsnake._native.Region`: a shared mapping of a control page and two rings. Types:
// python/ringsnake/_native.pyi. Threads: any, with the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_region_type(PyObject* module);

}  // namespace ringsnake::python
