// The current exception, as an object. Needs the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// Clears it. New reference; null when there is none.
inline PyObject* take_exception() {
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  PyErr_NormalizeException(&type, &error, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(error, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return error;
}

}  // namespace ringsnake::python
