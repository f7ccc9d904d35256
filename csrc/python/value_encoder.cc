#include "value_encoder.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "msgpack.h"
#include "py_compat.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

// Longer strings are converted through a `bytes` object: what PyUnicode_AsUTF8AndSize returns for
// text outside ASCII stays inside the str for as long as that lives.
constexpr Py_ssize_t kKeptTextLength = 1024;

// A container being written and the place in it, for the path of an error and to find cycles. All
// borrowed.
struct OpenContainer {
  PyObject* container;
  PyObject* key;  // of a dict; nullptr for the items of a list or tuple, and before the first key
  Py_ssize_t index;
};

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

 private:
  Py_buffer view_;
  bool held_ = false;
};

class Encoder {
 public:
  explicit Encoder(ByteSink& sink) : sink_(sink) {}
  ~Encoder() { Py_XDECREF(unset_); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  bool write(PyObject* value) {
    PyTypeObject* const type = Py_TYPE(value);
    if (type == &PyFloat_Type) return write_float(value);
    if (type == &PyUnicode_Type) return write_text(value);
    if (type == &PyLong_Type) return write_int(value);
    if (value == Py_None) return write_tag(kNil);
    if (value == Py_True) return write_tag(kTrue);
    if (value == Py_False) return write_tag(kFalse);
    if (type == &PyList_Type) return write_list(value);
    if (type == &PyDict_Type) return write_dict(value);
    if (type == &PyTuple_Type) return write_tuple(value);
    if (type == &PyBytes_Type) return write_bytes(value);
    return write_other(value);
  }

 private:
  bool write_other(PyObject* value) {
    if (PyLong_Check(value)) return write_int(value);
    if (PyFloat_Check(value)) return write_float(value);
    if (PyUnicode_Check(value)) return write_text(value);
    if (PyList_Check(value)) return write_list(value);
    if (PyTuple_Check(value)) return write_tuple(value);
    if (PyDict_Check(value)) return write_dict(value);
    if (PyBytes_Check(value)) return write_bytes(value);
    if (unset_ == nullptr) {
      unset_ = find_unset();
      if (unset_ == nullptr) return false;
    }
    if (value == unset_) return write_undefined();
    if (PyObject_CheckBuffer(value) != 0) return write_buffer(value);
    PyObject* const name = PyType_GetName(Py_TYPE(value));
    if (name == nullptr) return false;
    const bool is_set = PyAnySet_Check(value) != 0;
    fail(PyUnicode_FromFormat(
        is_set ? "a %U cannot cross: send a list" : "a value of type %U cannot cross", name));
    Py_DECREF(name);
    return false;
  }

  bool write_tag(Tag tag) {
    std::byte* const at = sink_.reserve(1);
    if (at == nullptr) return false;
    at[0] = std::byte{tag};
    return true;
  }

  bool write_undefined() {
    std::byte* const at = sink_.reserve(3);
    if (at == nullptr) return false;
    at[0] = std::byte{kFixext1};
    at[1] = static_cast<std::byte>(kExtUndefined);
    at[2] = std::byte{0};
    return true;
  }

  template <typename Unsigned>
  bool write_number(Tag tag, Unsigned bits) {
    std::byte* const at = sink_.reserve(1 + sizeof bits);
    if (at == nullptr) return false;
    at[0] = std::byte{tag};
    store_big_endian(at + 1, bits);
    return true;
  }

  bool write_float(PyObject* value) {
    return write_number(kFloat64, std::bit_cast<std::uint64_t>(PyFloat_AsDouble(value)));
  }

  bool write_int(PyObject* value) {
    int overflow = 0;
    const long long integer = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) return write_long_int(value, overflow < 0);
    if (integer == -1 && PyErr_Occurred() != nullptr) return false;
    return integer < 0 ? write_negative(integer)
                       : write_positive(static_cast<std::uint64_t>(integer));
  }

  bool write_positive(std::uint64_t integer) {
    if (integer <= kMaxPositiveFixint) return write_tag(static_cast<Tag>(integer));
    if (integer <= 0xff) return write_number(kUint8, static_cast<std::uint8_t>(integer));
    if (integer <= 0xffff) return write_number(kUint16, static_cast<std::uint16_t>(integer));
    if (integer <= 0xffffffff) return write_number(kUint32, static_cast<std::uint32_t>(integer));
    return write_number(kUint64, integer);
  }

  bool write_negative(long long integer) {
    // A conversion to an unsigned type wraps: it is the two's complement.
    if (integer >= -32) return write_tag(static_cast<Tag>(static_cast<std::uint8_t>(integer)));
    if (integer >= std::numeric_limits<std::int8_t>::min()) {
      return write_number(kInt8, static_cast<std::uint8_t>(integer));
    }
    if (integer >= std::numeric_limits<std::int16_t>::min()) {
      return write_number(kInt16, static_cast<std::uint16_t>(integer));
    }
    if (integer >= std::numeric_limits<std::int32_t>::min()) {
      return write_number(kInt32, static_cast<std::uint32_t>(integer));
    }
    return write_number(kInt64, static_cast<std::uint64_t>(integer));
  }

  // REQUIRES: `value` is beyond int64.
  bool write_long_int(PyObject* value, bool negative) {
    if (!negative) {
      const unsigned long long integer = PyLong_AsUnsignedLongLong(value);
      if (PyErr_Occurred() == nullptr) return write_number(kUint64, std::uint64_t{integer});
      if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) return false;
      PyErr_Clear();
    }
    const Py_ssize_t bits = int_bits(value, negative);
    if (bits < 0) return false;
    const std::size_t size = static_cast<std::size_t>(bits) / 8 + 1;  // one bit for the sign
    if (size > kMaxBigInteger) {
      return fail(PyUnicode_FromFormat("an integer of %zu bytes cannot cross: the limit is %zu",
                                       size, std::size_t{kMaxBigInteger}));
    }
    PyObject* const body = int_to_bytes(value, size);
    if (body == nullptr) return false;
    const bool written = write_ext_head(kExtBigInteger, size) && copy(PyBytes_AsString(body), size);
    Py_DECREF(body);
    return written;
  }

  bool write_text(PyObject* value) {
    Py_ssize_t size = 0;
    const char* text = nullptr;
    PyObject* bytes = nullptr;
    if (PyUnicode_GetLength(value) <= kKeptTextLength) {
      text = PyUnicode_AsUTF8AndSize(value, &size);
    } else {
      bytes = PyUnicode_AsUTF8String(value);
      if (bytes != nullptr) {
        text = PyBytes_AsString(bytes);
        size = PyBytes_Size(bytes);
      }
    }
    if (text == nullptr) {
      if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
      PyErr_Clear();
      return fail("a string with a lone surrogate cannot cross");
    }
    const auto length = static_cast<std::size_t>(size);
    const bool written = write_text_head(length) && copy(text, length);
    Py_XDECREF(bytes);
    return written;
  }

  bool write_text_head(std::size_t size) {
    if (size <= 31) return write_tag(static_cast<Tag>(kFixstr | size));
    return write_sized_head(kStr8, size);
  }

  bool write_bytes(PyObject* value) {
    const auto size = static_cast<std::size_t>(PyBytes_Size(value));
    return write_sized_head(kBin8, size) && copy(PyBytes_AsString(value), size);
  }

  // One dimension of float64 or of bytes, contiguous or not.
  bool write_buffer(PyObject* value) {
    BufferView view;
    if (!view.acquire(value)) return fail_from_current();
    const char* format = view->format == nullptr ? "B" : view->format;
    if (*format == '@' || *format == '=' || *format == '<') ++format;
    const bool is_float64 = std::strcmp(format, "d") == 0;
    const bool is_bytes = std::strlen(format) == 1 && std::strchr("Bbc", *format) != nullptr;
    if (!is_float64 && !is_bytes) {
      return fail(PyUnicode_FromFormat(
          "a buffer of format '%s' cannot cross: only float64 ('d') and bytes can", view->format));
    }
    if (view->ndim != 1) {
      return fail(
          PyUnicode_FromFormat("a buffer of %d dimensions cannot cross: flatten it", view->ndim));
    }
    const auto size = static_cast<std::size_t>(view->len);
    if (is_bytes ? !write_sized_head(kBin8, size) : !write_ndarray_head(size)) return false;
    std::byte* const at = sink_.reserve(size);
    return at != nullptr && PyBuffer_ToContiguous(at, view.get(), view->len, 'C') == 0;
  }

  // Up to the data, which is `size` bytes of float64.
  bool write_ndarray_head(std::size_t size) {
    if (!write_ext_head(kExtNdarray, kNdarrayHeader + size)) return false;
    std::byte* const at = sink_.reserve(kNdarrayHeader);
    if (at == nullptr) return false;
    const auto count = static_cast<std::uint32_t>(size / sizeof(double));
    at[0] = std::byte{kNdarrayVersion};
    at[1] = std::byte{kNdarrayFloat64};
    at[2] = std::byte{0};  // flags
    at[3] = std::byte{1};  // dimensions
    std::memcpy(at + 4, &count, sizeof count);
    return true;
  }

  bool write_list(PyObject* list) { return write_items(list, PyList_Size(list), PyList_GetItem); }

  bool write_tuple(PyObject* tuple) {
    return write_items(tuple, PyTuple_Size(tuple), PyTuple_GetItem);
  }

  bool write_items(PyObject* container, Py_ssize_t count,
                   PyObject* (*get_item)(PyObject*, Py_ssize_t)) {
    if (!enter(container) ||
        !write_container_head(kFixarray, kArray16, static_cast<std::size_t>(count)))
      return false;
    OpenContainer& open = open_[depth_ - 1];
    for (Py_ssize_t i = 0; i < count; ++i) {
      open.index = i;
      PyObject* const item = get_item(container, i);
      if (item == nullptr) return fail_changed();
      // An item's buffer may run Python code, which may take the item out of the list.
      Py_INCREF(item);
      const bool written = write(item);
      Py_DECREF(item);
      if (!written) return false;
    }
    --depth_;
    return true;
  }

  bool write_dict(PyObject* dict) {
    const Py_ssize_t count = PyDict_Size(dict);
    if (!enter(dict) || !write_container_head(kFixmap, kMap16, static_cast<std::size_t>(count)))
      return false;
    OpenContainer& open = open_[depth_ - 1];
    Py_ssize_t cursor = 0;
    Py_ssize_t seen = 0;
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(dict, &cursor, &key, &value) != 0) {
      if (++seen > count) return fail_changed();
      Py_INCREF(key);
      Py_INCREF(value);
      const bool written = write_member(open, key, value);
      open.key = nullptr;
      Py_DECREF(value);
      Py_DECREF(key);
      if (!written) return false;
    }
    if (seen != count) return fail_changed();
    --depth_;
    return true;
  }

  bool write_member(OpenContainer& open, PyObject* key, PyObject* value) {
    if (PyUnicode_Check(key) == 0) {
      PyObject* const name = PyType_GetName(Py_TYPE(key));
      if (name == nullptr) return false;
      fail(PyUnicode_FromFormat("a dict with a key of type %U cannot cross: keys must be str",
                                name));
      Py_DECREF(name);
      return false;
    }
    open.key = key;
    return write_text(key) && write(value);
  }

  bool enter(PyObject* container) {
    for (std::size_t i = 0; i < depth_; ++i) {
      if (open_[i].container == container) return fail("a value that contains itself cannot cross");
    }
    if (depth_ == kMaxDepth)
      return fail(PyUnicode_FromFormat("nested deeper than %zu", std::size_t{kMaxDepth}));
    open_[depth_++] = {container, nullptr, -1};
    return true;
  }

  bool write_container_head(Tag fix, Tag tag16, std::size_t count) {
    if (count <= 15) return write_tag(static_cast<Tag>(fix | count));
    if (count <= 0xffff) return write_number(tag16, static_cast<std::uint16_t>(count));
    return write_head32(static_cast<Tag>(tag16 + 1), count);
  }

  // A head of a length in 8, 16 or 32 bits, whose tags follow one another.
  bool write_sized_head(Tag tag8, std::size_t size) {
    if (size <= 0xff) return write_number(tag8, static_cast<std::uint8_t>(size));
    if (size <= 0xffff)
      return write_number(static_cast<Tag>(tag8 + 1), static_cast<std::uint16_t>(size));
    return write_head32(static_cast<Tag>(tag8 + 2), size);
  }

  bool write_head32(Tag tag, std::size_t size) {
    if (size > 0xffffffff) return fail("more than 4 GiB in one piece cannot cross");
    return write_number(tag, static_cast<std::uint32_t>(size));
  }

  bool write_ext_head(std::int8_t type, std::size_t size) {
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
    return written && write_tag(static_cast<Tag>(type));
  }

  bool copy(const char* from, std::size_t size) {
    std::byte* const at = sink_.reserve(size);
    if (at == nullptr) return false;
    if (size != 0) std::memcpy(at, from, size);
    return true;
  }

  // Each `fail` raises EncodeError (or whatever stopped it from being made) and returns false.
  bool fail(const char* problem) { return fail(PyUnicode_FromString(problem)); }

  // Takes the reference to `problem`, which may be nullptr with an exception set.
  bool fail(PyObject* problem) {
    PyObject* const path = problem == nullptr ? nullptr : make_path();
    PyObject* const arguments = path == nullptr ? nullptr : PyTuple_Pack(2, problem, path);
    if (arguments != nullptr) raise_error("EncodeError", arguments);
    Py_XDECREF(arguments);
    Py_XDECREF(path);
    Py_XDECREF(problem);
    return false;
  }

  bool fail_changed() {
    PyErr_Clear();
    return fail("the container changed while it was written");
  }

  // An object that would not give its buffer: its own words, as an EncodeError. Other exceptions
  // are left as they are.
  bool fail_from_current() {
    if (PyErr_ExceptionMatches(PyExc_BufferError) == 0 &&
        PyErr_ExceptionMatches(PyExc_ValueError) == 0)
      return false;
    PyObject* type = nullptr;
    PyObject* value = nullptr;
    PyObject* traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject* const problem =
        PyUnicode_FromFormat("a buffer that cannot be read cannot cross: %S", value);
    Py_XDECREF(traceback);
    Py_XDECREF(value);
    Py_XDECREF(type);
    return fail(problem);
  }

  // `.config.items[3]`. New reference.
  PyObject* make_path() const {
    PyObject* path = PyUnicode_FromString("");
    for (std::size_t i = 0; i < depth_ && path != nullptr; ++i) {
      const OpenContainer& open = open_[i];
      PyObject* segment = nullptr;
      if (open.key != nullptr) {
        segment =
            PyUnicode_FromFormat(PyUnicode_IsIdentifier(open.key) != 0 ? ".%U" : "[%R]", open.key);
      } else if (open.index >= 0) {
        segment = PyUnicode_FromFormat("[%zd]", open.index);
      } else {
        continue;
      }
      if (segment == nullptr) Py_CLEAR(path);
      PyUnicode_AppendAndDel(&path, segment);
    }
    return path;
  }

  ByteSink& sink_;
  PyObject* unset_ = nullptr;  // owned; found when first needed
  std::size_t depth_ = 0;
  std::array<OpenContainer, kMaxDepth> open_;  // the first depth_ are in use
};

}  // namespace

bool encode_value(ByteSink& sink, PyObject* value) { return Encoder(sink).write(value); }

}  // namespace ringsnake::python
