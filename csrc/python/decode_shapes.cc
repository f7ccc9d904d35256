// Objects whose keys were defined before: extensions 8 and 9 at the head of an array.
#include "decoder.h"
#include "py_fast.h"
#include "shape_tables.h"

namespace ringsnake::python {
namespace {

// Of a shape below 256, in the only form that writers make.
constexpr std::size_t kShortReference = 3;
constexpr std::uint16_t kShortReferenceHead = kFixext1 << 8 | wire::kExtShapeReference;

}  // namespace

std::nullptr_t Decoder::shape_outside(int type) {
  return malformed("extension %d (%s) outside of a sequence of messages", type,
                   type == wire::kExtShape ? "shape" : "shape reference");
}

// The array of `count` items that an extension begins, of which nothing was taken: a dict, if the
// extension is a shape.
PyObject* Decoder::read_perhaps_shaped(std::size_t count) {
  const std::byte* const start = at_;
  if (options_.shapes != nullptr && left() > kShortReference) {
    const auto head = load_big_endian<std::uint16_t>(at_);
    const auto id = std::to_integer<std::size_t>(at_[2]);
    if (head == kShortReferenceHead && has_keys(id, count - 1)) {
      at_ += kShortReference;
      return read_values_of(id);
    }
  }
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return nullptr;
  std::size_t size = std::size_t{1} << ((tag - kFixext1) & 0x07);
  Extension extension{};
  if (tag <= kExt32 && !take_length(tag - kExt8, size)) return nullptr;
  if (!take_ext(tag, size, &extension)) return nullptr;
  if (extension.type != wire::kExtShape && extension.type != wire::kExtShapeReference) {
    at_ = start;
    return read_items(count);
  }
  if (options_.shapes == nullptr) return shape_outside(extension.type);
  std::size_t id = 0;
  const bool known = extension.type == wire::kExtShape
                         ? take_shape(extension, count - 1, &id)
                         : take_shape_reference(extension, count - 1, &id);
  return known ? read_values_of(id) : nullptr;
}

bool Decoder::has_keys(std::size_t id, std::size_t count) const {
  const ReceivedShapes& shapes = *options_.shapes;
  return id < shapes.size() && tuple_size(shapes[id].keys.get()) == static_cast<Py_ssize_t>(count);
}

bool Decoder::take_shape_reference(const Extension& extension, std::size_t count, std::size_t* id) {
  const Body body = extension.body;
  bool formed = body.size() == 1;
  if (formed) {
    *id = std::to_integer<std::size_t>(body[0]);
  } else if (body.size() == sizeof(std::uint16_t)) {
    *id = load_little_endian<std::uint16_t>(body.data());
    formed = *id > 0xff;
  }
  if (!formed) {
    malformed_ext(extension);
    return false;
  }
  if (*id >= options_.shapes->size()) {
    malformed("shape %zu is not defined", *id);
    return false;
  }
  if (has_keys(*id, count)) return true;
  malformed_ext(extension);
  return false;
}

// Takes the definition into the table.
bool Decoder::take_shape(const Extension& extension, std::size_t count, std::size_t* id) {
  ReceivedShapes& shapes = *options_.shapes;
  const std::byte* const after = at_;
  const std::byte* const outer_end = end_;
  const Body body = extension.body;
  bool formed = body.size() >= sizeof(std::uint16_t) && count != 0 && count <= wire::kShapeKeysMax;
  if (formed) {
    *id = load_little_endian<std::uint16_t>(body.data());
    formed = *id == shapes.size() && *id < wire::kShapesMax;
  }
  if (!formed) {
    malformed_ext(extension);
    return false;
  }
  at_ = body.data() + sizeof(std::uint16_t);
  end_ = body.data() + body.size();
  ReceivedShapes::Shape shape{Ref(PyTuple_New(static_cast<Py_ssize_t>(count))), Ref(PyDict_New())};
  if (!shape.keys || !shape.example) return false;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const key = read_key();
    if (key == nullptr) return false;
    fill_tuple(shape.keys.get(), static_cast<Py_ssize_t>(i), key);
    if (PyDict_SetItem(shape.example.get(), key, Py_None) != 0) return false;
  }
  if (at_ != end_ || dict_size(shape.example.get()) != static_cast<Py_ssize_t>(count)) {
    malformed_ext(extension);
    return false;
  }
  at_ = after;
  end_ = outer_end;
  shapes.add(std::move(shape));
  return true;
}

PyObject* Decoder::read_values_of(std::size_t id) {
  const ReceivedShapes::Shape& shape = (*options_.shapes)[id];
  // Nothing more is needed of the table, to which the values may add.
  PyObject* const keys = shape.keys.get();
  const Py_ssize_t count = tuple_size(keys);
  PyObject* const dict = new_dict_like(shape.example.get());
  if (dict == nullptr) return nullptr;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const value = read();
    const bool set = value != nullptr && PyDict_SetItem(dict, tuple_item(keys, i), value) == 0;
    Py_XDECREF(value);
    if (!set) {
      Py_DECREF(dict);
      return nullptr;
    }
  }
  leave();
  return dict;
}

}  // namespace ringsnake::python
