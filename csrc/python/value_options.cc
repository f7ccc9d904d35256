#include "value_options.h"

namespace ringsnake::python {

bool read_flag(const Parameter& parameter, bool* out) {
  if (parameter.value == nullptr) return true;
  const int truth = PyObject_IsTrue(parameter.value);
  *out = truth == 1;
  return truth >= 0;
}

// A dict of a TypeRegistry, kept alive by `owner`.
bool read_types(const Parameter& parameter, PyObject* attribute, Ref* owner, PyObject** out) {
  if (parameter.value == nullptr || parameter.value == Py_None) return true;
  if (attribute == nullptr) return false;
  *owner = Ref(PyObject_GetAttr(parameter.value, attribute));
  if (*owner && PyDict_Check(owner->get()) != 0) {
    *out = owner->get();
    return true;
  }
  if (!*owner && PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return false;
  PyErr_Clear();
  PyErr_SetString(PyExc_TypeError, "types must be a TypeRegistry or None");
  return false;
}

bool read_arrays(const Parameter& parameter, bool* numpy) {
  if (parameter.value == nullptr) return true;
  const bool is_text = PyUnicode_Check(parameter.value) != 0;
  *numpy = is_text && PyUnicode_CompareWithASCIIString(parameter.value, "numpy") == 0;
  if (*numpy || (is_text && PyUnicode_CompareWithASCIIString(parameter.value, "memoryview") == 0))
    return true;
  PyErr_Format(PyExc_ValueError, "arrays must be 'memoryview' or 'numpy', not %R", parameter.value);
  return false;
}

}  // namespace ringsnake::python
