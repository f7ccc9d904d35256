// Python type `ringsnake._native.DirectTarget`: the methods of a worker that threads of the host's
// call themselves. Needs the full C API. See core/direct_calls.h.
#pragma once

#include <Python.h>

namespace ringsnake::python {

PyObject* make_direct_target_type(PyObject* module);

// (): lets the host's thread, which waits for a direct call, do what it has to. RuntimeError on any
// other thread, SessionClosedError when it can no more.
PyObject* serve_host(PyObject* module, PyObject* ignored);
// (): whether this thread is in a direct call.
PyObject* in_direct_call(PyObject* module, PyObject* ignored);
// (address): a thread that had joined has ended.
PyObject* forget_thread(PyObject* module, PyObject* address);

}  // namespace ringsnake::python
