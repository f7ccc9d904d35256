// Status → Python exception. The only place of the extension that raises for the core.
#pragma once

#include <Python.h>

#include "../core/status.h"

namespace ringsnake::python {

// Sets `ringsnake._errors.<class_name>(message)` as the current exception. REQUIRES: the GIL is
// held.
inline void raise_error(const char* class_name, PyObject* message) {
  PyObject* const module =
      message == nullptr ? nullptr : PyImport_ImportModule("ringsnake._errors");
  PyObject* const error_class =
      module == nullptr ? nullptr : PyObject_GetAttrString(module, class_name);
  if (error_class != nullptr) PyErr_SetObject(error_class, message);
  Py_XDECREF(error_class);
  Py_XDECREF(module);
}

// Sets the exception for a status that is not ok. True when it did. REQUIRES: the GIL is held.
inline bool raise_if_failed(const Status& status) {
  if (status.is_ok()) return false;
  if (status.code == StatusCode::kInvalidArgument) {
    PyErr_SetString(PyExc_ValueError, status.what);
    return true;
  }
  PyObject* message = nullptr;
  if (status.error_number == 0) {
    message = PyUnicode_FromString(status.what);
  } else {
    // The system's words for the number, as OSError knows them.
    PyObject* const os_error =
        PyObject_CallFunction(PyExc_OSError, "is", status.error_number, status.what);
    message = os_error == nullptr ? nullptr : PyObject_Str(os_error);
    Py_XDECREF(os_error);
  }
  raise_error(status.code == StatusCode::kBroken ? "ProtocolError" : "ResourceError", message);
  Py_XDECREF(message);
  return true;
}

}  // namespace ringsnake::python
