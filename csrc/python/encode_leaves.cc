// Declared types of one value each, beside those that almost every record has.
#include "declared_encoder.h"

namespace ringsnake::python {

bool DeclaredEncoder::write_enum(const Enumeration& enumeration, PyObject* value) {
  PyObject* held = find_value(enumeration, value);
  // What is one may be given for a member, too.
  if (held == nullptr && !members_only_ && find_member(enumeration, value) != nullptr) held = value;
  if (held == nullptr) return false;
  return Py_TYPE(held) == &PyUnicode_Type ? write_text(held) : encoder_.write(held);
}

bool DeclaredEncoder::write_date(PyObject* value) {
  PyObject* const utc = hosts_.get(Host::kUtc);
  PyObject* const datetime = hosts_.get(Host::kDatetime);
  PyObject* const name = hosts_.get(Host::kNameTzinfo);
  if (utc == nullptr || datetime == nullptr || name == nullptr) return false;
  if (reinterpret_cast<PyObject*>(Py_TYPE(value)) != datetime) return false;
  const Ref tzinfo(PyObject_GetAttr(value, name));
  if (!tzinfo || tzinfo.get() == Py_None) return false;
  if (tzinfo.get() == utc) return encoder_.write_datetime(value);
  const Ref offset(PyObject_CallMethod(value, "utcoffset", nullptr));
  if (!offset || offset.get() == Py_None) return false;
  const Ref moved(PyObject_CallMethod(value, "astimezone", "O", utc));
  return moved && encoder_.write_datetime(moved.get());
}

bool DeclaredEncoder::write_url(PyObject* value) {
  const bool is_text = Py_TYPE(value) == &PyUnicode_Type;
  return (is_text || reinterpret_cast<PyObject*>(Py_TYPE(value)) == hosts_.get(Host::kUrl)) &&
         encoder_.write_url(value);
}

bool DeclaredEncoder::write_pattern(const Pattern& pattern, PyObject* value) {
  if (Py_TYPE(value) != &PyUnicode_Type) return false;
  const Ref match(PyObject_CallFunctionObjArgs(pattern.full_match.get(), value, nullptr));
  return match && match.get() != Py_None && write_text(value);
}

bool DeclaredEncoder::write_regexp(PyObject* value) {
  PyObject* const to_wire = hosts_.get(Host::kPatternToWire);
  const Ref parts(to_wire == nullptr ? nullptr
                                     : PyObject_CallFunctionObjArgs(to_wire, value, nullptr));
  if (!parts || Py_TYPE(parts.get()) != &PyList_Type || list_size(parts.get()) != 2 || !begin(2))
    return false;
  for (Py_ssize_t i = 0; i < 2; ++i) {
    PyObject* const part = list_item(parts.get(), i);
    if (Py_TYPE(part) != &PyUnicode_Type || !write_text(part)) return false;
  }
  encoder_.leave();
  return true;
}

bool DeclaredEncoder::write_bytes_view(PyObject* value) {
  if (Py_TYPE(value) == &PyBytes_Type) return encoder_.write_bytes(value);
  return Py_TYPE(value) == &PyMemoryView_Type && is_view_of(value, 'B') && encoder_.write(value);
}

bool DeclaredEncoder::write_typed_array(std::uint32_t items, PyObject* value) {
  if (items == kClampedBytes) return is_clamped(hosts_, value) && encoder_.write(value);
  const Ref view(PyMemoryView_FromObject(value));
  return view && is_view_of(view.get(), static_cast<char>(items)) && encoder_.write(view.get());
}

bool DeclaredEncoder::write_ndarray(const NdArrayType& array, PyObject* value) {
  const Ref checked(PyObject_CallFunctionObjArgs(array.to_wire.get(), value, nullptr));
  return checked && encoder_.write(checked.get());
}

}  // namespace ringsnake::python
