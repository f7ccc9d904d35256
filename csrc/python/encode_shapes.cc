// Dicts whose keys were met before: extensions 8 and 9.
#include "encoder.h"
#include "shape_tables.h"

namespace ringsnake::python {
namespace {

// Whether the keys from there on are these very objects.
bool has_keys_from(PyObject* dict, Py_ssize_t cursor, PyObject* keys, Py_ssize_t place) {
  const Py_ssize_t count = tuple_size(keys);
  PyObject* key = nullptr;
  for (; PyDict_Next(dict, &cursor, &key, nullptr) != 0; ++place) {
    if (place == count || key != tuple_item(keys, place)) return false;
  }
  return place == count;
}

}  // namespace

// As the likeliest shape until a key shows that it is another, which it does before any Python code
// runs.
bool Encoder::write_shaped(PyObject* dict, bool* shaped) {
  const auto count = static_cast<std::size_t>(dict_size(dict));
  Member first;
  if (count == 0 || count > wire::kShapeKeysMax || !first.next(dict)) return true;
  bool has_keys = true;
  const SentShape likely = options_.shapes->guess(dict, count, first.key);
  if (likely.keys) {
    *shaped = write_as(likely, dict, first, &has_keys);
    if (*shaped || has_keys) return *shaped;
  }
  return write_found(dict, shaped);
}

// Nothing is known of the dict: with its memory CPython may have collected garbage, whose code may
// have changed it.
bool Encoder::write_found(PyObject* dict, bool* shaped) {
  const SentShape shape = options_.shapes->find(dict);
  if (!shape.keys) return shape.found == SentShape::Found::kNone;
  Member first;
  bool has_keys = first.next(dict);
  *shaped = has_keys && write_as(shape, dict, first, &has_keys);
  return *shaped || (!has_keys && fail_changed());
}

// Writes nothing and clears `*has_keys` if the dict has others than the shape.
bool Encoder::write_as(const SentShape& shape, PyObject* dict, Member first, bool* has_keys) {
  PyObject* const keys = shape.keys.get();
  const std::size_t start = sink_.size();
  if (!enter(dict) ||
      !write_container_head(kFixarray, kArray16, static_cast<std::size_t>(tuple_size(keys)) + 1))
    return false;
  const bool headed = shape.found == SentShape::Found::kNew
                          ? define_shape(options_.shapes->define(keys), keys)
                          : refer_to_shape(shape.id);
  if (!headed) return false;
  const bool written = write_values(dict, first, keys, has_keys);
  if (!written && *has_keys) return false;
  leave();
  if (!written) sink_.drop(sink_.size() - start);
  return written;
}

bool Encoder::write_values(PyObject* dict, Member member, PyObject* keys, bool* has_keys) {
  OpenContainer& open = open_[depth_ - 1];
  const Py_ssize_t count = tuple_size(keys);
  bool checked = false;
  for (Py_ssize_t place = 0;;) {
    if (member.key != tuple_item(keys, place)) {
      // What was written may have run Python code, which may have changed the dict.
      if (checked) return fail_changed();
      return *has_keys = false;
    }
    open.key = member.key;  // alive in `keys`
    const Atom atom = write_atom(member.value);
    if (atom == Atom::kFailed) return false;
    if (atom == Atom::kOther) {
      if (!checked && !has_keys_from(dict, member.cursor, keys, place + 1))
        return *has_keys = false;
      checked = true;
      if (!write_held(member.value)) return false;
    }
    if (++place == count) return !checked || !member.next(dict) || fail_changed();
    if (!member.next(dict)) return fail_changed();
  }
}

bool Encoder::define_shape(std::uint16_t id, PyObject* keys) {
  std::size_t body = 0;
  if (!begin_ext(&body)) return false;
  if (!copy(&id, sizeof id)) return false;
  const Py_ssize_t count = tuple_size(keys);
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!write_key(tuple_item(keys, i))) return false;
  }
  return end_ext(wire::kExtShape, body);
}

bool Encoder::refer_to_shape(std::uint16_t id) {
  const bool is_short = id <= 0xff;
  std::byte* const at = sink_.reserve(is_short ? 3 : 4);
  if (at == nullptr) return false;
  at[0] = std::byte{is_short ? kFixext1 : kFixext2};
  at[1] = static_cast<std::byte>(wire::kExtShapeReference);
  at[2] = static_cast<std::byte>(id);
  if (!is_short) at[3] = static_cast<std::byte>(id >> 8);
  return true;
}

}  // namespace ringsnake::python
