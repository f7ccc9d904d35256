// `encode` and `decode` of the extension module. Types: python/ringsnake/_native.pyi.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// encode(value, *, identity, tuples, types) and decode(data, *, arrays, types), as METH_FASTCALL |
// METH_KEYWORDS calls them.
PyObject* encode_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                          PyObject* names);
PyObject* decode_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                          PyObject* names);

extern const char kEncodeDocumentation[];
extern const char kDecodeDocumentation[];

}  // namespace ringsnake::python
