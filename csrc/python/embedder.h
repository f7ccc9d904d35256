// The program that has this interpreter on one of its threads: core/embedder.h.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// (address of an Embedder): its main thread is up.
PyObject* embedder_started(PyObject* module, PyObject* address);
// (address of an Embedder): stops all of Python, this thread with it, and says so. Never returns.
PyObject* freeze(PyObject* module, PyObject* address);

}  // namespace ringsnake::python
