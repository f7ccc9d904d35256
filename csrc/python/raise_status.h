// Status → Python exception. The only place of the extension that raises for the core.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

#include "../core/status.h"
#include "py_ref.h"

namespace ringsnake::python {

// The class `ringsnake._errors.<class_name>`, or null with an exception set. REQUIRES: the GIL is
// held.
inline Ref error_class(const char* class_name) {
  const Ref module(PyImport_ImportModule("ringsnake._errors"));
  return Ref(module ? PyObject_GetAttrString(module.get(), class_name) : nullptr);
}

// Sets `ringsnake._errors.<class_name>(message)` as the current exception; a tuple is all of its
// arguments. REQUIRES: the GIL is held.
inline void raise_error(const char* class_name, PyObject* message) {
  if (message == nullptr) return;
  const Ref raised = error_class(class_name);
  if (raised) PyErr_SetObject(raised.get(), message);
}
inline void raise_text(const char* class_name, const char* text) {
  const Ref message(PyUnicode_FromString(text));
  raise_error(class_name, message.get());
}

// Clears the current exception if it is one of `ringsnake._errors.<class_name>`.
inline void clear_error(const char* class_name) {
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  const Ref expected = error_class(class_name);
  if (expected && type != nullptr && PyErr_GivenExceptionMatches(type, expected.get()) != 0) {
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  } else {
    PyErr_Restore(type, value, traceback);
  }
}

// Sets MessageTooLargeError(size, limit).
inline void raise_too_large(std::size_t size, std::uint64_t limit) {
  const Ref arguments(
      Py_BuildValue("(nK)", static_cast<Py_ssize_t>(size), static_cast<unsigned long long>(limit)));
  raise_error("MessageTooLargeError", arguments.get());
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
