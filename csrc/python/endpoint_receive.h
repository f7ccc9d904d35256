// Receiving frames, and running calls that are plain: methods of `ringsnake._native.Endpoint`.
// Needs the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// receive(arguments, results, objects, streams, runs_plain = False): see Declarations
PyObject* endpoint_receive(PyObject* self, PyObject* const* args, Py_ssize_t count);
// set_plain_calls(methods, handling, call_type, current, open_calls): see PlainCalls
PyObject* endpoint_set_plain_calls(PyObject* self, PyObject* const* args, Py_ssize_t count);

}  // namespace ringsnake::python
