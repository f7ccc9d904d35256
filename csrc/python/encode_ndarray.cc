// Bytes and arrays, from whatever exports a buffer: no numpy is needed for numpy's.
#include <algorithm>
#include <string_view>

#include "encoder.h"

namespace ringsnake::python {
namespace {

class BufferView {
 public:
  // REQUIRES: acquire() succeeded, before any other use.
  bool acquire(PyObject* object) {
    held_ = PyObject_GetBuffer(object, &view_, PyBUF_FULL_RO) == 0;
    return held_;
  }
  BufferView() = default;
  BufferView(const BufferView&) = delete;
  BufferView& operator=(const BufferView&) = delete;
  ~BufferView() {
    if (held_) PyBuffer_Release(&view_);
  }
  Py_buffer* operator->() { return &view_; }
  Py_buffer* get() { return &view_; }
  bool is_contiguous() const { return PyBuffer_IsContiguous(&view_, 'A') != 0; }
  // REQUIRES: is_contiguous().
  std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_;
  bool held_ = false;
};

// How items lie in a buffer.
struct ItemFormat {
  std::uint8_t dtype = 0;  // 0: has no wire form
  bool is_big_endian = false;
  std::size_t unit = 1;  // bytes that are swapped together
};

std::uint8_t integer_dtype(bool is_signed, Py_ssize_t size) {
  switch (size) {
    case 1:
      return is_signed ? wire::kNdarrayInt8 : wire::kNdarrayUint8;
    case 2:
      return is_signed ? wire::kNdarrayInt16 : wire::kNdarrayUint16;
    case 4:
      return is_signed ? wire::kNdarrayInt32 : wire::kNdarrayUint32;
    case 8:
      return is_signed ? wire::kNdarrayInt64 : wire::kNdarrayUint64;
    default:
      return 0;
  }
}

// Of struct's syntax, one item of one number. The size tells what a native `l` is.
ItemFormat read_format(std::string_view format, Py_ssize_t item_size) {
  ItemFormat found;
  if (!format.empty() && std::string_view("@=<>!").find(format[0]) != std::string_view::npos) {
    found.is_big_endian = format[0] == '>' || format[0] == '!';
    format.remove_prefix(1);
  }
  const bool is_complex = format.size() == 2 && format[0] == 'Z';
  if (is_complex) format.remove_prefix(1);
  if (format.size() != 1) return {};
  const char code = format[0];
  found.unit = static_cast<std::size_t>(is_complex ? item_size / 2 : item_size);
  if (is_complex) {
    if (code == 'f' && item_size == 8) found.dtype = wire::kNdarrayComplex64;
    if (code == 'd' && item_size == 16) found.dtype = wire::kNdarrayComplex128;
  } else if (code == 'e' && item_size == 2) {
    found.dtype = wire::kNdarrayFloat16;
  } else if (code == 'f' && item_size == 4) {
    found.dtype = wire::kNdarrayFloat32;
  } else if (code == 'd' && item_size == 8) {
    found.dtype = wire::kNdarrayFloat64;
  } else if (code == '?' && item_size == 1) {
    found.dtype = wire::kNdarrayBool;
  } else if (std::string_view("bhilqn").find(code) != std::string_view::npos) {
    found.dtype = integer_dtype(true, item_size);
  } else if (std::string_view("BHILQNc").find(code) != std::string_view::npos) {
    found.dtype = integer_dtype(false, item_size);
  }
  return found;
}

bool are_bytes(const char* format, Py_ssize_t item_size) {
  std::string_view rest(format);
  if (!rest.empty() && std::string_view("@=<>!").find(rest[0]) != std::string_view::npos)
    rest.remove_prefix(1);
  return item_size == 1 && rest.size() == 1 &&
         std::string_view("Bc").find(rest[0]) != std::string_view::npos;
}

void reverse_units(std::byte* data, std::size_t size, std::size_t unit) {
  for (std::size_t i = 0; i + unit <= size; i += unit) std::reverse(data + i, data + i + unit);
}

}  // namespace

bool Encoder::write_buffer(PyObject* value, bool is_numpy) {
  if (is_numpy && reinterpret_cast<PyObject*>(Py_TYPE(value)) != hosts_.get(Host::kNumpyArray)) {
    // Its buffer would show what the mask hides.
    PyObject* const mask = hosts_.get(Host::kNameMask);
    if (mask == nullptr) return false;
    if (PyObject_HasAttr(value, mask) != 0) return write_refused(value);
  }
  BufferView view;
  if (!view.acquire(value)) {
    return is_numpy ? fail_dtype(value, nullptr)
                    : fail_from_current("the buffer of a %U cannot be read: %U", value);
  }
  const char* const format = view->format == nullptr ? "B" : view->format;
  const auto size = static_cast<std::size_t>(view->len);
  if (!is_numpy && view->ndim == 1 && are_bytes(format, view->itemsize)) {
    bool found = false;
    if (view.is_contiguous() && !refer_to(view.bytes(), 0, &found)) return false;
    if (found) return true;
    std::byte* at = nullptr;
    if (!place_bulk(size, 0, &at)) return false;
    if (at == nullptr && write_sized_head(kBin8, size)) at = sink_.reserve(size);
    return at != nullptr && PyBuffer_ToContiguous(at, view.get(), view->len, 'C') == 0;
  }
  const ItemFormat item = read_format(format, view->itemsize);
  if (item.dtype == 0) return fail_dtype(value, format);
  NdarrayHead head;
  head.dtype = item.dtype;
  head.dimensions = view->ndim;
  if (static_cast<std::size_t>(view->ndim) > head.shape.size())
    return fail(PyUnicode_FromFormat("an array of %d dimensions cannot cross", view->ndim));
  for (int i = 0; i < view->ndim; ++i) {
    if (view->shape[i] > 0xffffffff) return fail("more than 4 GiB in one piece cannot cross");
    head.shape[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(view->shape[i]);
  }
  const bool is_fortran = view->ndim > 1 && PyBuffer_IsContiguous(view.get(), 'C') == 0 &&
                          PyBuffer_IsContiguous(view.get(), 'F') != 0;
  if (is_fortran) head.flags = wire::kNdarrayFortran;
  const bool is_swapped = item.is_big_endian && item.unit > 1;
  if (view.is_contiguous() && !is_swapped && item.dtype != wire::kNdarrayBool) {
    bool found = false;
    if (!refer_to(view.bytes(), head.size(), &found)) return false;
    if (found) return write_ndarray_head(head);
  }
  std::byte* const at = reserve_ndarray(head, size);
  if (at == nullptr ||
      PyBuffer_ToContiguous(at, view.get(), view->len, is_fortran ? 'F' : 'C') != 0)
    return false;
  if (is_swapped) reverse_units(at, size, item.unit);
  if (item.dtype == wire::kNdarrayBool) {
    for (std::size_t i = 0; i < size; ++i) at[i] = std::byte{at[i] != std::byte{0}};
  }
  return true;
}

// Writes the head, and returns where the items go, for the caller to fill before the next call.
std::byte* Encoder::reserve_ndarray(const NdarrayHead& head, std::size_t size) {
  std::byte* data = nullptr;
  // What the reader checks must not change meanwhile.
  if (head.dtype != wire::kNdarrayBool && !place_bulk(size, head.size(), &data)) return nullptr;
  if (data != nullptr) return write_ndarray_head(head) ? data : nullptr;
  if (!write_ext_head(wire::kExtNdarray, head.size() + size) || !write_ndarray_head(head))
    return nullptr;
  return sink_.reserve(size);
}

bool Encoder::write_ndarray_head(const NdarrayHead& head) {
  const std::size_t shape_size = 4 * static_cast<std::size_t>(head.dimensions);
  std::byte* const at = sink_.reserve(head.size());
  if (at == nullptr) return false;
  at[0] = static_cast<std::byte>(wire::kNdarrayVersion);
  at[1] = std::byte{head.dtype};
  at[2] = std::byte{head.flags};
  at[3] = static_cast<std::byte>(head.dimensions);
  std::memcpy(at + 4, head.shape.data(), shape_size);
  std::memset(at + 4 + shape_size, 0, head.size() - 4 - shape_size);
  return true;
}

bool Encoder::write_ndarray(PyObject* value) {
  PyObject* const ndarray_parts = hosts_.get(Host::kNdarrayParts);
  if (ndarray_parts == nullptr) return false;
  const Ref parts(PyObject_CallFunctionObjArgs(ndarray_parts, value, nullptr));
  if (!parts) return fail_from_current("a %U cannot cross: %U", value);
  NdarrayHead head;
  PyObject* shape = nullptr;
  const char* data = nullptr;
  Py_ssize_t size = 0;
  if (PyArg_ParseTuple(parts.get(), "bbO!y#", &head.dtype, &head.flags, &PyTuple_Type, &shape,
                       &data, &size) == 0)
    return false;
  head.dimensions = static_cast<int>(PyTuple_Size(shape));
  if (static_cast<std::size_t>(head.dimensions) > head.shape.size()) return write_refused(value);
  for (int i = 0; i < head.dimensions; ++i) {
    const unsigned long length = PyLong_AsUnsignedLong(PyTuple_GetItem(shape, i));
    if (PyErr_Occurred() != nullptr) return false;
    head.shape[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(length);
  }
  std::byte* const at = reserve_ndarray(head, static_cast<std::size_t>(size));
  if (at != nullptr && size != 0) std::memcpy(at, data, static_cast<std::size_t>(size));
  return at != nullptr;
}

// `format` may be null: numpy has types that no buffer can tell of.
bool Encoder::fail_dtype(PyObject* value, const char* format) {
  if (PyErr_Occurred() != nullptr) {
    if (PyErr_ExceptionMatches(PyExc_MemoryError) != 0) return false;
    PyErr_Clear();
  }
  PyObject* const name = hosts_.get(Host::kNameDtype);
  if (name == nullptr) return false;
  const Ref dtype(PyObject_GetAttr(value, name));
  if (dtype) return fail(PyUnicode_FromFormat("an array of dtype %S cannot cross", dtype.get()));
  PyErr_Clear();
  return fail(PyUnicode_FromFormat("a buffer of format '%s' cannot cross",
                                   format == nullptr ? "?" : format));
}

}  // namespace ringsnake::python
