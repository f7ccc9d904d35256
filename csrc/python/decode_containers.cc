// The extensions whose bodies hold values.
#include "collision_guard.h"
#include "decoder.h"
#include "py_fast.h"

namespace ringsnake::python {

// Goes back to the start of the body, which is all there is until close_body.
bool Decoder::open_body(const Extension& extension, const std::byte** outer_end) {
  if (!enter()) return false;
  at_ = extension.body.data();
  *outer_end = std::exchange(end_, at_ + extension.body.size());
  return true;
}

bool Decoder::close_body(const Extension& extension, const std::byte* outer_end) {
  if (at_ != end_) {
    malformed_ext(extension);
    return false;
  }
  end_ = outer_end;
  leave();
  return true;
}

PyObject* Decoder::read_container(const Extension& extension) {
  // Of a definition that this is the value of: what is inside is not.
  const Py_ssize_t definition = std::exchange(pending_, kNone);
  const std::byte* outer_end = nullptr;
  if (!open_body(extension, &outer_end)) return nullptr;
  Ref value;
  switch (extension.type) {
    case wire::kExtSet:
      value = Ref(read_set(extension));
      break;
    case wire::kExtMap:
      value = Ref(read_any_map(extension, definition));
      break;
    case wire::kExtError:
      value = Ref(read_error(extension));
      break;
    case wire::kExtTuple:
      value = Ref(read_tuple(extension));
      break;
    case wire::kExtNamed:
      // It ends its body itself, because a function of the user's comes after the end.
      return read_named(extension, outer_end);
    default:
      value = Ref(read_definition(extension));
  }
  if (!value || !close_body(extension, outer_end)) return nullptr;
  if (extension.type != wire::kExtError) return value.release();
  PyObject* const make_error = hosts_.get(Host::kMakeError);
  if (make_error == nullptr) return nullptr;
  PyObject* const error = PyObject_CallFunctionObjArgs(make_error, value.get(), nullptr);
  return error != nullptr ? error : malformed_value(extension);
}

bool Decoder::take_array_head(const Extension& extension, std::size_t* count) {
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return false;
  if (!is_array_tag(tag)) {
    malformed_ext(extension);
    return false;
  }
  *count = tag & 0x0fU;
  if (tag >= kArray16 && !take_length(tag - kArray16 + 1, *count)) return false;
  return spend(*count) && enter();
}

bool Decoder::take_map_head(const Extension& extension, std::size_t* count) {
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return false;
  if (!is_map_tag(tag)) {
    malformed_ext(extension);
    return false;
  }
  *count = tag & 0x0fU;
  if (tag >= kMap16 && !take_length(tag - kMap16 + 1, *count)) return false;
  return spend(2 * *count) && enter();
}

PyObject* Decoder::read_set(const Extension& extension) {
  if (left() == 0 || *at_ > std::byte{1}) return malformed_ext(extension);
  const bool frozen = *at_++ == std::byte{1};
  std::size_t count = 0;
  if (!take_array_head(extension, &count)) return nullptr;
  Ref set(frozen ? PyFrozenSet_New(nullptr) : PySet_New(nullptr));
  if (!set) return nullptr;
  CollisionGuard guard(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Ref item(read());
    if (!item || !add_item(set.get(), item.get(), extension, guard)) return nullptr;
  }
  leave();
  return set.release();
}

// A frozen set takes items as long as nobody else has it.
bool Decoder::add_item(PyObject* set, PyObject* item, const Extension& extension,
                       CollisionGuard& guard) {
  const Py_ssize_t before = PySet_Size(set);
  const auto verdict = guard.add(item);
  if (verdict == CollisionGuard::Verdict::kTooMany) return collided(extension);
  if (verdict == CollisionGuard::Verdict::kRaised || PySet_Add(set, item) != 0) {
    if (!is_refusal()) return false;
    origin_ = extension.head;
    malformed("an item of a set cannot be hashed");
    return false;
  }
  if (PySet_Size(set) > before) return true;
  origin_ = extension.head;
  malformed("two equal items of a set");
  return false;
}

PyObject* Decoder::read_any_map(const Extension& extension, Py_ssize_t definition) {
  std::size_t count = 0;
  if (!take_map_head(extension, &count)) return nullptr;
  PyObject* const map_class = hosts_.get(Host::kMap);
  Ref map(map_class == nullptr ? nullptr : PyObject_CallNoArgs(map_class));
  if (!map || (definition != kNone && !define(definition, map.get()))) return nullptr;
  CollisionGuard guard(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_pair(map.get(), extension, guard)) return nullptr;
  }
  leave();
  return map.release();
}

bool Decoder::collided(const Extension& extension) {
  origin_ = extension.head;
  malformed("too many keys that collide");
  return false;
}

bool Decoder::read_pair(PyObject* map, const Extension& extension, CollisionGuard& guard) {
  const Ref key(read());
  const Ref value(key ? read() : nullptr);
  if (!value) return false;
  const Py_ssize_t before = PyDict_Size(map);
  const auto verdict = guard.add(key.get());
  if (verdict == CollisionGuard::Verdict::kTooMany) return collided(extension);
  if (verdict == CollisionGuard::Verdict::kRaised ||
      PyDict_SetItem(map, key.get(), value.get()) != 0) {
    if (!is_refusal()) return false;
    origin_ = extension.head;
    malformed("a key of a map cannot be hashed");
    return false;
  }
  if (PyDict_Size(map) > before) return true;
  origin_ = extension.head;
  malformed("two equal keys of a map");
  return false;
}

PyObject* Decoder::read_tuple(const Extension& extension) {
  std::size_t count = 0;
  if (!take_array_head(extension, &count)) return nullptr;
  Ref tuple(PyTuple_New(static_cast<Py_ssize_t>(count)));
  for (std::size_t i = 0; tuple && i < count; ++i) {
    PyObject* const item = read();
    if (item == nullptr || !fill_tuple(tuple.get(), static_cast<Py_ssize_t>(i), item))
      return nullptr;
  }
  leave();
  return tuple.release();
}

// Its parts, as a list.
PyObject* Decoder::read_error(const Extension& extension) {
  constexpr std::size_t kParts = 7;
  std::size_t count = 0;
  if (!take_array_head(extension, &count)) return nullptr;
  if (count != kParts) return malformed_ext(extension);
  Ref parts(PyList_New(0));
  for (std::size_t i = 0; parts && i < count; ++i) {
    const Ref part(read());
    if (!part || PyList_Append(parts.get(), part.get()) != 0) return nullptr;
  }
  leave();
  return parts.release();
}

}  // namespace ringsnake::python
