// Exceptions for other threads of Python.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// (thread, class or None): it is raised where that thread next runs Python code; None takes back
// one that was not raised yet. Whether there is such a thread.
PyObject* raise_in_thread(PyObject* module, PyObject* args);

}  // namespace ringsnake::python
