// What the limited API of CPython 3.11 lacks or does oddly, each with its reason. Nothing else but
// py_fast.h looks at a version. Every function needs the GIL, and on failure returns nullptr
// or -1 with an exception set.
#pragma once

#include <Python.h>

#include <cstddef>
#include <span>

namespace ringsnake::python {

// An int from its two's complement, little-endian. New reference.
// Why: `_PyLong_FromByteArray` is private and `PyLong_FromNativeBytes` is limited API from 3.14 on
// only.
inline PyObject* int_from_bytes(std::span<const std::byte> bytes) {
  PyObject* const from_bytes =
      PyObject_GetAttrString(reinterpret_cast<PyObject*>(&PyLong_Type), "from_bytes");
  PyObject* const arguments = Py_BuildValue("(y#s)", reinterpret_cast<const char*>(bytes.data()),
                                            static_cast<Py_ssize_t>(bytes.size()), "little");
  PyObject* const keywords = Py_BuildValue("{sO}", "signed", Py_True);
  PyObject* result = nullptr;
  if (from_bytes != nullptr && arguments != nullptr && keywords != nullptr) {
    result = PyObject_Call(from_bytes, arguments, keywords);
  }
  Py_XDECREF(keywords);
  Py_XDECREF(arguments);
  Py_XDECREF(from_bytes);
  return result;
}

// The two's complement of an int in `size` bytes, little-endian, as `bytes`. New reference.
// Why: as above. The method is int's own: a subclass may have overridden it.
inline PyObject* int_to_bytes(PyObject* value, std::size_t size) {
  PyObject* const to_bytes =
      PyObject_GetAttrString(reinterpret_cast<PyObject*>(&PyLong_Type), "to_bytes");
  PyObject* const arguments =
      Py_BuildValue("(Ons)", value, static_cast<Py_ssize_t>(size), "little");
  PyObject* const keywords = Py_BuildValue("{sO}", "signed", Py_True);
  PyObject* result = nullptr;
  if (to_bytes != nullptr && arguments != nullptr && keywords != nullptr) {
    result = PyObject_Call(to_bytes, arguments, keywords);
  }
  Py_XDECREF(keywords);
  Py_XDECREF(arguments);
  Py_XDECREF(to_bytes);
  return result;
}

// Bits of an int's magnitude; of `~value` for a negative one, so that one sign bit more always
// makes its two's complement. Why: `_PyLong_NumBits` is private.
inline Py_ssize_t int_bits(PyObject* value, bool negative) {
  PyObject* const type = reinterpret_cast<PyObject*>(&PyLong_Type);
  PyObject* magnitude = nullptr;
  if (negative) {
    magnitude = PyObject_CallMethod(type, "__invert__", "O", value);
    if (magnitude == nullptr) return -1;
  } else {
    magnitude = Py_NewRef(value);
  }
  PyObject* const bits = PyObject_CallMethod(type, "bit_length", "O", magnitude);
  Py_DECREF(magnitude);
  if (bits == nullptr) return -1;
  const Py_ssize_t count = PyLong_AsSsize_t(bits);
  Py_DECREF(bits);
  return count;
}

}  // namespace ringsnake::python
