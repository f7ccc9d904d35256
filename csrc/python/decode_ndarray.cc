// Extension 6: a memoryview where Python has one for the array, else an NdArray, or numpy's.
#include <algorithm>
#include <array>

#include "decoder.h"
#include "py_fast.h"

namespace ringsnake::python {
namespace {

// Of memoryview.cast; null when there is none, or when it would not tell what it is.
const char* view_format(std::uint32_t dtype) {
  switch (dtype) {
    case wire::kNdarrayFloat64:
      return "d";
    case wire::kNdarrayFloat32:
      return "f";
    case wire::kNdarrayFloat16:
      return "e";
    case wire::kNdarrayInt8:
      return "b";
    case wire::kNdarrayUint8:
      return "B";
    case wire::kNdarrayInt16:
      return "h";
    case wire::kNdarrayUint16:
      return "H";
    case wire::kNdarrayInt32:
      return "i";
    case wire::kNdarrayUint32:
      return "I";
    case wire::kNdarrayInt64:
      return "q";
    case wire::kNdarrayUint64:
      return "Q";
    case wire::kNdarrayBool:
      return "?";
    default:
      return nullptr;
  }
}

std::size_t item_size(std::uint32_t dtype) {
  switch (dtype) {
    case wire::kNdarrayFloat64:
    case wire::kNdarrayInt64:
    case wire::kNdarrayUint64:
    case wire::kNdarrayComplex64:
      return 8;
    case wire::kNdarrayFloat32:
    case wire::kNdarrayInt32:
    case wire::kNdarrayUint32:
      return 4;
    case wire::kNdarrayFloat16:
    case wire::kNdarrayInt16:
    case wire::kNdarrayUint16:
      return 2;
    case wire::kNdarrayInt8:
    case wire::kNdarrayUint8:
    case wire::kNdarrayBool:
    case wire::kNdarrayUint8Clamped:
      return 1;
    case wire::kNdarrayComplex128:
      return 16;
    default:
      return 0;
  }
}

// Whether the shape, `dimensions` numbers at `shape`, holds exactly `size` bytes of items.
bool fits(const std::byte* shape, std::size_t dimensions, std::size_t item, std::size_t size) {
  std::size_t product = item;
  bool too_many = false;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const auto length = load_little_endian<std::uint32_t>(shape + 4 * i);
    // A later dimension of nothing makes nothing of any number.
    if (length == 0) return size == 0;
    too_many = too_many || __builtin_mul_overflow(product, std::size_t{length}, &product);
  }
  return !too_many && product == size;
}

constexpr std::size_t kFixedPart = 4;

// With its padding.
constexpr std::size_t head_size(std::size_t dimensions) {
  constexpr std::size_t kAlignment = 8;
  return (kFixedPart + 4 * dimensions + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

bool Decoder::read_array_head(Body body, std::size_t data_size, const char* name,
                              ArrayHead* out) {
  if (body.size() < kFixedPart) {
    malformed("extension %s is shorter than its header", name);
    return false;
  }
  const int version = static_cast<int>(body[0]);
  const auto dtype = static_cast<std::uint32_t>(body[1]);
  const int flags = static_cast<int>(body[2]);
  const auto dimensions = static_cast<std::size_t>(body[3]);
  const std::size_t item = item_size(dtype);
  const std::size_t shape_end = kFixedPart + 4 * dimensions;
  const std::size_t size = head_size(dimensions);
  if (version != wire::kNdarrayVersion) {
    malformed("extension %s has unknown version %d", name, version);
  } else if (item == 0) {
    malformed("extension %s has unknown dtype %d", name, static_cast<int>(dtype));
  } else if (flags != 0 && flags != wire::kNdarrayFortran) {
    malformed("extension %s has unknown flags %d", name, flags);
  } else if (dimensions > wire::kNdarrayMaxDimensions) {
    malformed("extension %s has %zu dimensions", name, dimensions);
  } else if (body.size() < size) {
    malformed("extension %s is shorter than its header", name);
  } else if (!fits(body.data() + kFixedPart, dimensions, item, data_size)) {
    malformed("extension %s has a shape that does not fit its length", name);
  } else if (!std::ranges::all_of(body.subspan(shape_end, size - shape_end),
                                  [](std::byte padding) { return padding == std::byte{0}; })) {
    malformed("extension %s has padding that is not zero", name);
  } else {
    *out = {size, item, dtype, flags, dimensions, body.data() + kFixedPart};
    return true;
  }
  return false;
}

PyObject* Decoder::read_ndarray(const Extension& extension) {
  // What is checked must not change: the head first, then the items.
  std::array<std::byte, head_size(wire::kNdarrayMaxDimensions)> lent{};
  const Body body = extension.body;
  const std::size_t lent_size = std::min(body.size(), lent.size());
  std::copy_n(body.data(), lent_size, lent.data());
  const std::size_t before = head_size(std::to_integer<std::size_t>(lent[kFixedPart - 1]));
  const std::size_t data_size = body.size() - std::min(body.size(), before);
  ArrayHead head{};
  if (!read_array_head(Body(lent).first(lent_size), data_size, "6 (ndarray)", &head))
    return nullptr;
  const Ref data(copy(body.subspan(head.size)));
  if (!data) return nullptr;
  if (head.dtype == wire::kNdarrayBool) {
    const std::span<const char> truths = bytes_of(data.get());
    if (std::ranges::any_of(truths, [](char truth) { return truth != 0 && truth != 1; }))
      return malformed("extension 6 (ndarray) has a bool that is neither 0 nor 1");
  }
  return make_array(head, data.get());
}

// `data`: an object that has the items as a buffer of bytes.
PyObject* Decoder::make_array(const ArrayHead& head, PyObject* data) {
  Ref shape(PyTuple_New(static_cast<Py_ssize_t>(head.dimensions)));
  if (!shape) return nullptr;
  for (std::size_t i = 0; i < head.dimensions; ++i) {
    const auto length = load_little_endian<std::uint32_t>(head.shape + 4 * i);
    PyObject* const number = PyLong_FromUnsignedLong(length);
    if (number == nullptr || PyTuple_SetItem(shape.get(), static_cast<Py_ssize_t>(i), number) != 0)
      return nullptr;
  }
  if (options_.numpy) {
    PyObject* const array = make_ndarray(Host::kMakeNumpy, head, shape.get(), data);
    // It multiplies all the others even where one is nothing.
    if (array != nullptr || PyErr_ExceptionMatches(PyExc_ValueError) == 0) return array;
    PyErr_Clear();
    return malformed("extension 6 (ndarray) has a shape that numpy cannot have");
  }
  // As a view it would go back as bytes.
  const bool is_like_bytes = head.dtype == wire::kNdarrayUint8 && head.dimensions == 1;
  const char* const format = head.flags == 0 && !is_like_bytes ? view_format(head.dtype) : nullptr;
  if (format != nullptr) {
    const Ref view(PyMemoryView_FromObject(data));
    if (!view) return nullptr;
    // Of one dimension without a shape: a memoryview takes no shape with a dimension of nothing.
    PyObject* const array =
        head.dimensions == 1 ? PyObject_CallMethod(view.get(), "cast", "s", format)
                             : PyObject_CallMethod(view.get(), "cast", "sO", format, shape.get());
    if (array != nullptr || !is_refusal()) return array;
  }
  return make_ndarray(Host::kMakeNdarray, head, shape.get(), data);
}

PyObject* Decoder::make_ndarray(Host maker, const ArrayHead& head, PyObject* shape,
                                PyObject* data) {
  PyObject* const function = hosts_.get(maker);
  if (function == nullptr) return nullptr;
  return PyObject_CallFunction(function, "iiOO", static_cast<int>(head.dtype), head.flags, shape,
                               data);
}

}  // namespace ringsnake::python
