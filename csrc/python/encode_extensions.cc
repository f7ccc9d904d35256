// Heads of extensions, and the extensions that hold values or text.
#include "encoder.h"

namespace ringsnake::python {

bool Encoder::write_ext_head(int type, std::size_t size) {
  bool written = false;
  switch (size) {
    case 1:
      written = write_tag(kFixext1);
      break;
    case 2:
      written = write_tag(kFixext2);
      break;
    case 4:
      written = write_tag(kFixext4);
      break;
    case 8:
      written = write_tag(kFixext8);
      break;
    case 16:
      written = write_tag(kFixext16);
      break;
    default:
      written = write_sized_head(kExt8, size);
  }
  return written && write_tag(static_cast<Tag>(static_cast<std::uint8_t>(type)));
}

std::byte* Encoder::write_small_ext(int type, std::size_t size) {
  return write_ext_head(type, size) ? sink_.reserve(size) : nullptr;
}

bool Encoder::end_ext(int type, std::size_t body) {
  const std::size_t size = sink_.size() - body;
  // The head is written behind the body, to see how long it is, and then moved before it.
  if (!write_ext_head(type, size)) return false;
  std::array<std::byte, kLongestHead> head{};
  const std::size_t head_size = sink_.size() - body - size;
  std::byte* const start = sink_.from(body - kLongestHead);
  std::memcpy(head.data(), start + kLongestHead + size, head_size);
  // A long body stays where it is: its head fills the room that was left. Others are cheap to move.
  if (head_size != kLongestHead) std::memmove(start + head_size, start + kLongestHead, size);
  std::memcpy(start, head.data(), head_size);
  sink_.drop(kLongestHead);
  return true;
}

bool Encoder::write_map(PyObject* map) {
  std::size_t body = 0;
  if (!enter(map) || !begin_ext(&body) || !enter(nullptr)) return false;
  if (!write_members(map, PyDict_Size(map))) return false;
  leave();
  leave();
  return end_ext(wire::kExtMap, body);
}

bool Encoder::write_set(PyObject* set) {
  const Py_ssize_t count = PySet_Size(set);
  std::size_t body = 0;
  if (!enter(set) || !begin_ext(&body) || !enter(nullptr)) return false;
  OpenContainer& open = open_[depth_ - 1];
  const bool frozen = PyType_IsSubtype(Py_TYPE(set), &PyFrozenSet_Type) != 0;
  if (!write_tag(static_cast<Tag>(frozen ? 1 : 0)) ||
      !write_container_head(kFixarray, kArray16, static_cast<std::size_t>(count)))
    return false;
  const Ref items(PyObject_GetIter(set));
  if (!items) return false;
  Py_ssize_t seen = 0;
  while (true) {
    const Ref item(PyIter_Next(items.get()));
    if (!item) break;
    open.index = seen;
    if (++seen > count) return fail_changed();
    if (!write(item.get())) return false;
  }
  if (PyErr_Occurred() != nullptr && PyErr_ExceptionMatches(PyExc_RuntimeError) == 0) return false;
  if (PyErr_Occurred() != nullptr || seen != count) return fail_changed();
  leave();
  leave();
  return end_ext(wire::kExtSet, body);
}

bool Encoder::write_error(PyObject* error) {
  constexpr const char* kFields[] = {"name",  "message", "stack", "cause",
                                     "notes", "errors",  "code"};
  constexpr auto kCount = static_cast<Py_ssize_t>(std::size(kFields));
  PyObject* const error_parts = hosts_.get(Host::kErrorParts);
  if (error_parts == nullptr) return false;
  std::size_t body = 0;
  if (!enter(error) || !begin_ext(&body) || !enter(nullptr)) return false;
  const Ref parts(PyObject_CallFunctionObjArgs(error_parts, error, nullptr));
  if (!parts) return fail_from_current("a %U cannot cross: %U", error);
  if (!write_container_head(kFixarray, kArray16, kCount)) return false;
  OpenContainer& open = open_[depth_ - 1];
  for (Py_ssize_t i = 0; i < kCount; ++i) {
    open.field = kFields[i];
    if (!write(PyTuple_GetItem(parts.get(), i))) return false;
  }
  leave();
  leave();
  return end_ext(wire::kExtError, body);
}

bool Encoder::write_decimal(PyObject* value) {
  PyObject* const decimal_text = hosts_.get(Host::kDecimalText);
  if (decimal_text == nullptr) return false;
  const Ref text(PyObject_CallFunctionObjArgs(decimal_text, value, nullptr));
  if (!text) return fail_from_current("a %U cannot cross: %U", value);
  Py_ssize_t size = 0;
  const char* const ascii = PyUnicode_AsUTF8AndSize(text.get(), &size);
  if (ascii == nullptr) return false;
  if (static_cast<std::size_t>(size) > wire::kMaxDecimal) {
    return fail(PyUnicode_FromFormat("a decimal of %zd characters cannot cross: the limit is %zu",
                                     size, std::size_t{wire::kMaxDecimal}));
  }
  return write_ext(wire::kExtDecimal, ascii, static_cast<std::size_t>(size));
}

bool Encoder::write_uuid(PyObject* value) {
  constexpr std::size_t kUuidSize = 16;
  PyObject* const name = hosts_.get(Host::kNameBytes);
  const Ref bytes(name == nullptr ? nullptr : PyObject_GetAttr(value, name));
  if (!bytes) return fail_from_current("a %U cannot cross: %U", value);
  if (PyBytes_Check(bytes.get()) == 0 || PyBytes_Size(bytes.get()) != kUuidSize)
    return fail_type(value, "a %U without 16 bytes cannot cross");
  return write_ext(wire::kExtUuid, PyBytes_AsString(bytes.get()), kUuidSize);
}

bool Encoder::write_url(PyObject* value) {
  Py_ssize_t size = 0;
  const char* const href = PyUnicode_AsUTF8AndSize(value, &size);
  if (href == nullptr) {
    if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
    PyErr_Clear();
  }
  if (href == nullptr || !is_url({href, static_cast<std::size_t>(size)}))
    return fail("a URL without a scheme, or with a lone surrogate, cannot cross");
  return write_ext(wire::kExtUrl, href, static_cast<std::size_t>(size));
}

}  // namespace ringsnake::python
