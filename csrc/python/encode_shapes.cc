// Dicts whose keys were met before: extensions 8 and 9.
#include "encoder.h"
#include "shape_tables.h"

namespace ringsnake::python {

bool Encoder::write_shaped(PyObject* dict, bool* shaped) {
  SentShapes& shapes = *options_.shapes;
  const SentShapes::Result shape = shapes.find(dict);
  *shaped = shape.found == SentShapes::Found::kNew || shape.found == SentShapes::Found::kDefined;
  if (!*shaped) return shape.found == SentShapes::Found::kNone;
  PyObject* const keys = shape.keys.get();
  const Py_ssize_t count = PyTuple_Size(keys);
  if (!enter(dict) ||
      !write_container_head(kFixarray, kArray16, static_cast<std::size_t>(count) + 1))
    return false;
  const bool headed = shape.found == SentShapes::Found::kNew
                          ? define_shape(shapes.define(keys), keys)
                          : refer_to_shape(shape.id);
  if (!headed) return false;
  OpenContainer& open = open_[depth_ - 1];
  Py_ssize_t cursor = 0;
  Py_ssize_t place = 0;
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  while (PyDict_Next(dict, &cursor, &key, &value) != 0) {
    // What is written may run Python code, which may change the dict.
    if (place == count || key != PyTuple_GetItem(keys, place)) return fail_changed();
    ++place;
    Py_INCREF(value);
    open.key = key;  // alive in `keys`
    const bool written = write(value);
    Py_DECREF(value);
    if (!written) return false;
  }
  open.key = nullptr;
  leave();
  return place == count || fail_changed();
}

bool Encoder::define_shape(std::uint16_t id, PyObject* keys) {
  std::size_t body = 0;
  if (!begin_ext(&body)) return false;
  if (!copy(&id, sizeof id)) return false;
  const Py_ssize_t count = PyTuple_Size(keys);
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!write_key(PyTuple_GetItem(keys, i))) return false;
  }
  return end_ext(wire::kExtShape, body);
}

bool Encoder::refer_to_shape(std::uint16_t id) {
  // Little-endian: a number below 256 is its first byte.
  return write_ext(wire::kExtShapeReference, &id, id <= 0xff ? 1 : sizeof id);
}

}  // namespace ringsnake::python
