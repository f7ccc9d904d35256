// Extension 6: a memoryview where Python has one for the array, else an NdArray, or numpy's.
#include <algorithm>
#include <array>

#include "decoder.h"

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

}  // namespace

PyObject* Decoder::read_ndarray(const Extension& extension) {
  constexpr std::size_t kAlignment = 8;
  constexpr std::size_t kFixedPart = 4;
  // A head that cannot change between its check and its use.
  constexpr std::size_t kLongestHead =
      kFixedPart + 4 * (std::size_t{wire::kNdarrayMaxDimensions} + 1);
  std::array<std::byte, kLongestHead> head_room;
  const std::size_t whole = extension.body.size();
  if (whole < kFixedPart) return malformed("extension 6 (ndarray) is shorter than its header");
  std::memcpy(head_room.data(), extension.body.data(), std::min(whole, head_room.size()));
  const Body body(head_room.data(), std::min(whole, head_room.size()));
  const int version = static_cast<int>(body[0]);
  const auto dtype = static_cast<std::uint32_t>(body[1]);
  const int flags = static_cast<int>(body[2]);
  const auto dimensions = static_cast<std::size_t>(body[3]);
  if (version != wire::kNdarrayVersion)
    return malformed("extension 6 (ndarray) has unknown version %d", version);
  const std::size_t item = item_size(dtype);
  if (item == 0)
    return malformed("extension 6 (ndarray) has unknown dtype %d", static_cast<int>(dtype));
  if (flags != 0 && flags != wire::kNdarrayFortran)
    return malformed("extension 6 (ndarray) has unknown flags %d", flags);
  if (dimensions > wire::kNdarrayMaxDimensions)
    return malformed("extension 6 (ndarray) has %zu dimensions", dimensions);
  const std::size_t shape_end = kFixedPart + 4 * dimensions;
  const std::size_t head = (shape_end + kAlignment - 1) / kAlignment * kAlignment;
  if (whole < head) return malformed("extension 6 (ndarray) is shorter than its header");
  const Body items = extension.body.subspan(head);
  if (!fits(body.data() + kFixedPart, dimensions, item, items.size()))
    return malformed("extension 6 (ndarray) has a shape that does not fit its length");
  for (const std::byte padding : body.subspan(shape_end, head - shape_end)) {
    if (padding != std::byte{0})
      return malformed("extension 6 (ndarray) has padding that is not zero");
  }
  Ref shape(PyTuple_New(static_cast<Py_ssize_t>(dimensions)));
  const Ref data(shape ? copy(items) : nullptr);
  if (!data) return nullptr;
  if (dtype == wire::kNdarrayBool) {
    const char* const truths = PyBytes_AsString(data.get());
    if (std::any_of(truths, truths + items.size(),
                    [](char truth) { return truth != 0 && truth != 1; }))
      return malformed("extension 6 (ndarray) has a bool that is neither 0 nor 1");
  }
  for (std::size_t i = 0; i < dimensions; ++i) {
    const auto length = load_little_endian<std::uint32_t>(body.data() + kFixedPart + 4 * i);
    PyObject* const number = PyLong_FromUnsignedLong(length);
    if (number == nullptr || PyTuple_SetItem(shape.get(), static_cast<Py_ssize_t>(i), number) != 0)
      return nullptr;
  }
  if (options_.numpy) {
    PyObject* const array = make_ndarray(Host::kMakeNumpy, body, shape.get(), data.get());
    // It multiplies all the others even where one is nothing.
    if (array != nullptr || PyErr_ExceptionMatches(PyExc_ValueError) == 0) return array;
    PyErr_Clear();
    return malformed("extension 6 (ndarray) has a shape that numpy cannot have");
  }
  // As a view it would go back as bytes.
  const bool is_like_bytes = dtype == wire::kNdarrayUint8 && dimensions == 1;
  const char* const format = flags == 0 && !is_like_bytes ? view_format(dtype) : nullptr;
  if (format != nullptr) {
    const Ref view(PyMemoryView_FromObject(data.get()));
    if (!view) return nullptr;
    // Of one dimension without a shape: a memoryview takes no shape with a dimension of nothing.
    PyObject* const array =
        dimensions == 1 ? PyObject_CallMethod(view.get(), "cast", "s", format)
                        : PyObject_CallMethod(view.get(), "cast", "sO", format, shape.get());
    if (array != nullptr || !is_refusal()) return array;
  }
  return make_ndarray(Host::kMakeNdarray, body, shape.get(), data.get());
}

PyObject* Decoder::make_ndarray(Host maker, Body head, PyObject* shape, PyObject* data) {
  PyObject* const function = hosts_.get(maker);
  if (function == nullptr) return nullptr;
  return PyObject_CallFunction(function, "iiOO", static_cast<int>(head[1]),
                               static_cast<int>(head[2]), shape, data);
}

}  // namespace ringsnake::python
