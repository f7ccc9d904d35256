// Arguments of a METH_FASTCALL | METH_KEYWORDS method. Needs the GIL.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstring>
#include <span>

namespace ringsnake::python {

// As CPython hands them over.
struct FastArguments {
  PyObject* const* values;
  Py_ssize_t count;  // positional ones; those by name stand behind them
  PyObject* names;   // of the latter, a tuple or null
};

// One parameter: its name, and its argument once read; null when there is none.
struct Parameter {
  const char* name;
  PyObject* value = nullptr;
};

// The first `required` must be given. False with TypeError set. Borrowed references.
inline bool read_arguments(const char* function, const FastArguments& arguments,
                           std::span<Parameter> parameters, std::size_t required) {
  const auto count = static_cast<std::size_t>(arguments.count);
  if (count > parameters.size()) {
    PyErr_Format(PyExc_TypeError, "%s() takes at most %zu arguments (%zu given)", function,
                 parameters.size(), count);
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) parameters[i].value = arguments.values[i];
  const Py_ssize_t named = arguments.names == nullptr ? 0 : PyTuple_Size(arguments.names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* const name = PyTuple_GetItem(arguments.names, i);
    Parameter* found = nullptr;
    for (Parameter& parameter : parameters) {
      if (PyUnicode_CompareWithASCIIString(name, parameter.name) == 0) found = &parameter;
    }
    if (found == nullptr || found->value != nullptr) {
      PyErr_Format(PyExc_TypeError, "%s() got an unexpected or repeated argument %R", function,
                   name);
      return false;
    }
    found->value = arguments.values[arguments.count + i];
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (parameters[i].value != nullptr) continue;
    PyErr_Format(PyExc_TypeError, "%s() misses the argument '%s'", function, parameters[i].name);
    return false;
  }
  return true;
}

// A number of bytes. -1 with an exception set. May run Python code.
inline Py_ssize_t read_size(PyObject* object) {
  const Py_ssize_t size = PyNumber_AsSsize_t(object, PyExc_OverflowError);
  if (size >= 0 || PyErr_Occurred() != nullptr) return size;
  PyErr_SetString(PyExc_ValueError, "a size is a number of bytes, not negative");
  return -1;
}

// A method table's entry for a function of another signature than PyCFunction's.
template <class Function>
PyCFunction as_method(Function* function) {
  // As the documentation of METH_FASTCALL says. NOLINTNEXTLINE(bugprone-casting-through-void)
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

}  // namespace ringsnake::python
