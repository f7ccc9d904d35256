// Definitions and references: VALUE-19.
#include "decoder.h"

namespace ringsnake::python {
namespace {

// Stands in the list of definitions for what is not complete. No value of the wire is it.
PyObject* unfinished() { return Py_NotImplemented; }

}  // namespace

bool Decoder::define(Py_ssize_t number, PyObject* value) {
  return PyList_SetItem(definitions_.get(), number, Py_NewRef(value)) == 0;
}

PyObject* Decoder::read_definition(const Extension& extension) {
  bool begins = false;
  if (!begins_container(&begins)) return nullptr;
  if (!begins) return malformed_ext(extension);
  if (!definitions_) definitions_ = Ref(PyList_New(0));
  if (!definitions_) return nullptr;
  const Py_ssize_t number = PyList_Size(definitions_.get());
  if (PyList_Append(definitions_.get(), unfinished()) != 0) return nullptr;
  pending_ = number;
  Ref value(read());
  if (!value || !define(number, value.get())) return nullptr;
  return value.release();
}

// Whether the next value is one that a definition may have. False with DecodeError set when its
// head is cut short.
bool Decoder::begins_container(bool* out) {
  const std::byte* const start = at_;
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return false;
  *out = is_array_tag(tag) || is_map_tag(tag);
  if (is_ext_tag(tag)) {
    std::size_t size = std::size_t{1} << ((tag - kFixext1) & 0x07);
    Extension inner{};
    if (tag <= kExt32 && !take_length(tag - kExt8, size)) return false;
    if (!take_ext(tag, size, &inner)) return false;
    *out = inner.type == wire::kExtSet || inner.type == wire::kExtMap ||
           inner.type == wire::kExtError || inner.type == wire::kExtNamed ||
           inner.type == wire::kExtTuple;
  }
  at_ = start;
  return true;
}

PyObject* Decoder::read_reference(const Extension& extension) {
  if (extension.body.size() != sizeof(std::uint32_t)) return malformed_ext(extension);
  const auto number = load_little_endian<std::uint32_t>(extension.body.data());
  const Py_ssize_t count = definitions_ ? PyList_Size(definitions_.get()) : 0;
  if (number >= static_cast<std::size_t>(count)) return malformed_ext(extension);
  PyObject* const value = PyList_GetItem(definitions_.get(), static_cast<Py_ssize_t>(number));
  if (value == unfinished()) return malformed("a reference to a value that is not complete");
  return Py_XNewRef(value);
}

// A list that may hold itself: whoever sees it while it grows sees whole items only.
PyObject* Decoder::read_defined_array(std::size_t count, Py_ssize_t definition) {
  Ref list(PyList_New(0));
  if (!list || !define(definition, list.get())) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const Ref item(read());
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  leave();
  return list.release();
}

}  // namespace ringsnake::python
