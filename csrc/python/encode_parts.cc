// Declared types that are made of several values, beside arrays and records.
#include "declared_encoder.h"

namespace ringsnake::python {

bool DeclaredEncoder::write_tuple(const TupleType& type, PyObject* value) {
  const bool is_list = Py_TYPE(value) == &PyList_Type;
  if (!is_list && Py_TYPE(value) != &PyTuple_Type) return false;
  const std::size_t known = type.items.size();
  const auto count = static_cast<std::size_t>(is_list ? list_size(value) : tuple_size(value));
  if (count < type.least || (count > known && type.rest == TupleType::kNoRest)) return false;
  if (!begin(count)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto place = static_cast<Py_ssize_t>(i);
    // An item may run Python code, which may take it out of the list.
    const Ref item(Py_XNewRef(is_list ? list_item(value, place) : tuple_item(value, place)));
    if (!item || !write(i < known ? type.items[i] : type.rest, item.get())) return false;
  }
  // And it may have made the list longer.
  if (is_list && static_cast<std::size_t>(list_size(value)) != count) return false;
  encoder_.leave();
  return true;
}

// REQUIRES: a dict, or of a subclass. A value may run Python code, which may change it.
template <typename WriteKey>
bool DeclaredEncoder::write_members(PyObject* dict, std::uint32_t item_node, WriteKey write_key) {
  const Py_ssize_t count = dict_size(dict);
  if (!encoder_.write_container_head(kFixmap, kMap16, static_cast<std::size_t>(count)))
    return false;
  Member member;
  Py_ssize_t seen = 0;
  for (; member.next(dict); ++seen) {
    if (seen == count) return false;
    const Ref key(Py_NewRef(member.key));
    const Ref value(Py_NewRef(member.value));
    if (!write_key(key.get()) || !write(item_node, value.get())) return false;
  }
  return seen == count;
}

bool DeclaredEncoder::write_dict(std::uint32_t item_node, PyObject* value) {
  const auto write_name = [&](PyObject* key) {
    if (Py_TYPE(key) != &PyUnicode_Type) return false;
    return block_ == nullptr ? encoder_.write_key(key) : write_text(key);
  };
  if (Py_TYPE(value) != &PyDict_Type || !encoder_.enter(nullptr) ||
      !write_members(value, item_node, write_name))
    return false;
  encoder_.leave();
  return true;
}

bool DeclaredEncoder::write_numbered(std::uint32_t item_node, PyObject* value) {
  const auto write_number = [&](PyObject* key) {
    const Ref text(Py_TYPE(key) == &PyLong_Type ? PyObject_Str(key) : nullptr);
    return text && write_text(text.get());
  };
  if (Py_TYPE(value) != &PyDict_Type || !encoder_.enter(nullptr) ||
      !write_members(value, item_node, write_number))
    return false;
  encoder_.leave();
  return true;
}

// Of a map, or an item of a set.
bool DeclaredEncoder::write_key(std::uint32_t node, PyObject* key) {
  members_only_ = true;
  const bool written = write(node, key);
  members_only_ = false;
  return written;
}

bool DeclaredEncoder::write_map(const MapType& map, PyObject* value) {
  const bool is_dict = Py_TYPE(value) == &PyDict_Type;
  if (!is_dict && reinterpret_cast<PyObject*>(Py_TYPE(value)) != hosts_.get(Host::kMap))
    return false;
  std::size_t body = 0;
  const auto write_its_key = [&](PyObject* key) { return write_key(map.key, key); };
  if (!encoder_.enter(nullptr) || !encoder_.begin_ext(&body) || !encoder_.enter(nullptr) ||
      !write_members(value, map.value, write_its_key))
    return false;
  encoder_.leave();
  encoder_.leave();
  return encoder_.end_ext(wire::kExtMap, body);
}

bool DeclaredEncoder::write_set(std::uint32_t item_node, PyObject* value, bool frozen) {
  if (Py_TYPE(value) != &PySet_Type && Py_TYPE(value) != &PyFrozenSet_Type) return false;
  const Py_ssize_t count = PySet_Size(value);
  std::size_t body = 0;
  if (!encoder_.enter(nullptr) || !encoder_.begin_ext(&body) || !encoder_.enter(nullptr))
    return false;
  if (!encoder_.write_tag(static_cast<Tag>(frozen ? 1 : 0)) ||
      !encoder_.write_container_head(kFixarray, kArray16, static_cast<std::size_t>(count)))
    return false;
  const Ref items(PyObject_GetIter(value));
  if (!items) return false;
  Py_ssize_t seen = 0;
  while (true) {
    const Ref item(PyIter_Next(items.get()));
    if (!item) break;
    if (++seen > count || !write_key(item_node, item.get())) return false;
  }
  if (PyErr_Occurred() != nullptr || seen != count) return false;
  encoder_.leave();
  encoder_.leave();
  return encoder_.end_ext(wire::kExtSet, body);
}

}  // namespace ringsnake::python
