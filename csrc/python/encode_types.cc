// Instances of the user's classes: registered ones, and dataclasses that are not.
#include "encoder.h"

namespace ringsnake::python {

// `entry`: (name or code, function), borrowed.
bool Encoder::write_registered(PyObject* value, PyObject* entry) {
  if (PyTuple_Check(entry) == 0 || PyTuple_Size(entry) != 2) {
    PyErr_SetString(PyExc_TypeError, "types is not a TypeRegistry");
    return false;
  }
  const bool is_named = PyUnicode_Check(PyTuple_GetItem(entry, 0)) != 0;
  // Both are looked up again there: the survey of identities comes first.
  return is_named ? write_container(value, &Encoder::write_registered_named, false)
                  : write_user_extension(value, entry);
}

bool Encoder::write_registered_named(PyObject* value) {
  PyObject* const found =
      PyDict_GetItemWithError(options_.writers, reinterpret_cast<PyObject*>(Py_TYPE(value)));
  if (found == nullptr) return PyErr_Occurred() == nullptr && fail_changed();
  const Ref entry(Py_NewRef(found));
  return write_named(value, PyTuple_GetItem(entry.get(), 0), PyTuple_GetItem(entry.get(), 1));
}

bool Encoder::write_dataclass(PyObject* value) {
  PyObject* const fields = hosts_.get(Host::kDataclassFields);
  const Ref name(fields == nullptr ? nullptr : PyType_GetName(Py_TYPE(value)));
  return name && write_named(value, name.get(), fields);
}

bool Encoder::write_named(PyObject* value, PyObject* name, PyObject* function) {
  std::size_t body = 0;
  if (!enter(value) || !begin_ext(&body)) return false;
  const Ref content(PyObject_CallFunctionObjArgs(function, value, nullptr));
  if (!content) return fail_from_current("a %U cannot cross: %U", value);
  if (!write_text(name) || !write(content.get())) return false;
  leave();
  return end_ext(wire::kExtNamed, body);
}

bool Encoder::write_user_extension(PyObject* value, PyObject* entry) {
  const Ref owned(Py_NewRef(entry));
  const long code = PyLong_AsLong(PyTuple_GetItem(entry, 0));
  if (code == -1 && PyErr_Occurred() != nullptr) return false;
  const Ref body(PyObject_CallFunctionObjArgs(PyTuple_GetItem(entry, 1), value, nullptr));
  if (!body) return fail_from_current("a %U cannot cross: %U", value);
  if (PyBytes_Check(body.get()) == 0)
    return fail_type(value, "a %U cannot cross: its function did not return bytes");
  return write_ext(static_cast<int>(code), PyBytes_AsString(body.get()),
                   static_cast<std::size_t>(PyBytes_Size(body.get())));
}

bool Encoder::write_refused(PyObject* value) {
  return fail_type(value, "a value of type %U cannot cross");
}

}  // namespace ringsnake::python
