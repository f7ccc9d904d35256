// `ringsnake._native.Schema` and `Program`. Types: python/ringsnake/_native.pyi.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New references to the types; null with an exception set.
PyObject* make_schema_type(PyObject* module);
PyObject* make_program_type(PyObject* module);

}  // namespace ringsnake::python
