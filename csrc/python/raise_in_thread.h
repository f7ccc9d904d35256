// Exceptions for other threads of Python.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// (thread, class or None): it is raised where that thread next runs Python code; None takes back
// one that was not raised yet. Whether there is such a thread.
PyObject* raise_in_thread(PyObject* module, PyObject* args);

// (thread, class, frame, package, programs): the same, if the thread runs code that `frame` has
// called, at the moment and without frames of files below `package` in between; those below
// `programs`, if that is not empty, do not count, except as the last. Whether it will be raised.
// Nothing else of Python runs meanwhile, so it hits that code or its return to `frame`.
PyObject* raise_below_frame(PyObject* module, PyObject* args);

}  // namespace ringsnake::python
