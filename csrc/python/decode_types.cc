// The user's types: VALUE-17.
#include "decoder.h"

namespace ringsnake::python {

PyObject* Decoder::read_named(const Extension& extension, const std::byte* outer_end) {
  const Ref name(read());
  if (!name) return nullptr;
  if (Py_TYPE(name.get()) != &PyUnicode_Type) return malformed_ext(extension);
  Ref value(read());
  if (!value || !close_body(extension, outer_end)) return nullptr;
  PyObject* const found =
      options_.readers == nullptr ? nullptr : PyDict_GetItemWithError(options_.readers, name.get());
  if (found == nullptr) return PyErr_Occurred() == nullptr ? value.release() : nullptr;
  const Ref reader(Py_NewRef(found));
  PyObject* const made = PyObject_CallFunctionObjArgs(reader.get(), value.get(), nullptr);
  return made != nullptr ? made : refused(extension, name.get());
}

PyObject* Decoder::read_user_extension(const Extension& extension) {
  const bool is_user = extension.type >= static_cast<int>(wire::kExtUserFirst) &&
                       extension.type <= static_cast<int>(wire::kExtUserLast);
  PyObject* found = nullptr;
  if (is_user && options_.readers != nullptr) {
    const Ref code(PyLong_FromLong(extension.type));
    if (!code) return nullptr;
    found = PyDict_GetItemWithError(options_.readers, code.get());
    if (found == nullptr && PyErr_Occurred() != nullptr) return nullptr;
  }
  if (found == nullptr) return malformed("unknown extension type %d", extension.type);
  const Ref reader(Py_NewRef(found));
  const Ref body(copy(extension.body));
  if (!body) return nullptr;
  PyObject* const made = PyObject_CallFunctionObjArgs(reader.get(), body.get(), nullptr);
  return made != nullptr ? made : refused(extension, nullptr);
}

std::nullptr_t Decoder::refused(const Extension& extension, PyObject* name) {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0 ||
      PyErr_ExceptionMatches(PyExc_MemoryError) != 0)
    return nullptr;
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  PyErr_NormalizeException(&type, &error, &traceback);
  const Ref owned_type(type);
  const Ref owned_error(error);
  const Ref owned_traceback(traceback);
  Ref why(PyObject_Str(error));
  if (!why) {
    if (!is_refusal()) return nullptr;
    why = Ref(PyType_GetName(Py_TYPE(error)));
    if (!why) return nullptr;
  }
  origin_ = extension.head;
  if (name != nullptr) return malformed("invalid value of type %U: %U", name, why.get());
  return malformed("invalid value of extension %d: %U", extension.type, why.get());
}

}  // namespace ringsnake::python
