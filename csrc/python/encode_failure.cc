// What a writer says when it refuses: VALUE-3.
#include "encoder.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

// `.name`, `["a key"]`, `[3]`; null with an exception set.
PyObject* make_segment(const OpenContainer& open) {
  if (open.field != nullptr) return PyUnicode_FromFormat(".%s", open.field);
  if (open.key == nullptr) return PyUnicode_FromFormat("[%zd]", open.index);
  const bool is_name = PyUnicode_Check(open.key) != 0 && PyUnicode_IsIdentifier(open.key) != 0;
  PyObject* const segment = PyUnicode_FromFormat(is_name ? ".%U" : "[%R]", open.key);
  // A key that cannot show itself.
  if (segment == nullptr && PyErr_ExceptionMatches(PyExc_Exception) != 0) {
    PyErr_Clear();
    return PyUnicode_FromString("[?]");
  }
  return segment;
}

}  // namespace

bool Encoder::fail(PyObject* problem) {
  const Ref owned(problem);
  const Ref path(owned ? make_path() : nullptr);
  const Ref arguments(path ? PyTuple_Pack(2, owned.get(), path.get()) : nullptr);
  if (arguments) raise_error("EncodeError", arguments.get());
  return false;
}

bool Encoder::fail_changed() {
  PyErr_Clear();
  return fail("the container changed while it was written");
}

bool Encoder::fail_type(PyObject* value, const char* format) {
  const Ref name(PyType_GetName(Py_TYPE(value)));
  return name ? fail(PyUnicode_FromFormat(format, name.get())) : false;
}

bool Encoder::fail_from_current(const char* format, PyObject* value) {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0 ||
      PyErr_ExceptionMatches(PyExc_MemoryError) != 0)
    return false;
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  PyErr_NormalizeException(&type, &error, &traceback);
  const Ref owned_type(type);
  const Ref owned_error(error);
  const Ref owned_traceback(traceback);
  const Ref encode_error(error_class("EncodeError"));
  const Ref name(encode_error ? PyType_GetName(Py_TYPE(value)) : nullptr);
  if (!name) return false;
  // Ours says already what is wrong; it only lacks the place.
  if (PyObject_IsInstance(error, encode_error.get()) == 1)
    return fail(PyObject_GetAttrString(error, "problem"));
  const Ref why(PyObject_Str(error));
  return why ? fail(PyUnicode_FromFormat(format, name.get(), why.get())) : false;
}

PyObject* Encoder::make_path() const {
  PyObject* path = PyUnicode_FromString("");
  for (std::size_t i = 0; i < depth_ && path != nullptr; ++i) {
    const OpenContainer& open = open_[i];
    if (open.key == nullptr && open.index < 0 && open.field == nullptr) continue;
    PyObject* const segment = make_segment(open);
    if (segment == nullptr) Py_CLEAR(path);
    PyUnicode_AppendAndDel(&path, segment);
  }
  return path;
}

}  // namespace ringsnake::python
