#include "value_decoder.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "msgpack.h"
#include "py_compat.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

// Every method that returns PyObject* returns a new reference, or nullptr with an exception set.
class Decoder {
 public:
  explicit Decoder(std::span<const std::byte> bytes)
      : begin_(bytes.data()),
        at_(begin_),
        end_(begin_ + bytes.size()),
        origin_(begin_),
        budget_(bytes.size()) {}
  ~Decoder() { Py_XDECREF(unset_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  PyObject* read() {
    std::uint8_t tag = 0;
    return read_tag(tag) ? read_after(tag) : nullptr;
  }

  // True at the end of the bytes; else false with DecodeError set.
  bool finish() {
    if (at_ == end_) return true;
    origin_ = at_;
    malformed("more bytes follow the value");
    return false;
  }

 private:
  PyObject* read_after(std::uint8_t tag) {
    if (tag <= kMaxPositiveFixint || tag >= kNegativeFixint)
      return PyLong_FromLong(static_cast<std::int8_t>(tag));
    if (tag >= kFixstr && tag < kNil) return read_text(tag & 0x1fU);
    if (tag < kFixarray) return read_map(tag & 0x0fU);
    if (tag < kFixstr) return read_array(tag & 0x0fU);
    switch (tag) {
      case kNil:
        return Py_NewRef(Py_None);
      case kNeverUsed:
        return malformed("0xc1 is not a value");
      case kFalse:
        return Py_NewRef(Py_False);
      case kTrue:
        return Py_NewRef(Py_True);
      case kFloat32: {
        std::uint32_t bits = 0;
        return take(bits) ? PyFloat_FromDouble(double{std::bit_cast<float>(bits)}) : nullptr;
      }
      case kFloat64: {
        std::uint64_t bits = 0;
        return take(bits) ? PyFloat_FromDouble(std::bit_cast<double>(bits)) : nullptr;
      }
      case kFixext1:
      case kFixext2:
      case kFixext4:
      case kFixext8:
      case kFixext16:
        return read_ext(tag, std::size_t{1} << (tag - kFixext1));
      default:
        return tag >= kUint8 && tag <= kInt64 ? read_integer(tag) : read_sized(tag);
    }
  }

  PyObject* read_integer(std::uint8_t tag) {
    std::uint8_t bits8 = 0;
    std::uint16_t bits16 = 0;
    std::uint32_t bits32 = 0;
    std::uint64_t bits64 = 0;
    switch (tag) {
      case kUint8:
        return take(bits8) ? PyLong_FromLong(bits8) : nullptr;
      case kUint16:
        return take(bits16) ? PyLong_FromLong(bits16) : nullptr;
      case kUint32:
        return take(bits32) ? PyLong_FromUnsignedLong(bits32) : nullptr;
      case kUint64:
        return take(bits64) ? PyLong_FromUnsignedLongLong(bits64) : nullptr;
      case kInt8:
        return take(bits8) ? PyLong_FromLong(static_cast<std::int8_t>(bits8)) : nullptr;
      case kInt16:
        return take(bits16) ? PyLong_FromLong(static_cast<std::int16_t>(bits16)) : nullptr;
      case kInt32:
        return take(bits32) ? PyLong_FromLong(static_cast<std::int32_t>(bits32)) : nullptr;
      default:
        return take(bits64) ? PyLong_FromLongLong(static_cast<std::int64_t>(bits64)) : nullptr;
    }
  }

  // What begins with a length of its own.
  PyObject* read_sized(std::uint8_t tag) {
    std::size_t size = 0;
    switch (tag) {
      case kStr8:
      case kStr16:
      case kStr32:
        return take_length(tag - kStr8, size) ? read_text(size) : nullptr;
      case kBin8:
      case kBin16:
      case kBin32:
        return take_length(tag - kBin8, size) ? read_bytes(size) : nullptr;
      case kExt8:
      case kExt16:
      case kExt32:
        return take_length(tag - kExt8, size) ? read_ext(tag, size) : nullptr;
      case kArray16:
      case kArray32:
        return take_length(tag - kArray16 + 1, size) ? read_array(size) : nullptr;
      default:
        return take_length(tag - kMap16 + 1, size) ? read_map(size) : nullptr;
    }
  }

  PyObject* read_text(std::size_t size) {
    const std::byte* const text = take_bytes(size);
    if (text == nullptr) return nullptr;
    PyObject* const value = PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(text),
                                                 static_cast<Py_ssize_t>(size), nullptr);
    if (value != nullptr || PyErr_ExceptionMatches(PyExc_UnicodeDecodeError) == 0) return value;
    PyErr_Clear();
    return malformed("invalid UTF-8 in a string");
  }

  PyObject* read_bytes(std::size_t size) {
    const std::byte* const data = take_bytes(size);
    return data == nullptr ? nullptr : copy(data, size);
  }

  PyObject* read_array(std::size_t count) {
    if (!spend(count) || !enter()) return nullptr;
    // The budget bounds the count by the length of the message.
    PyObject* const list = PyList_New(static_cast<Py_ssize_t>(count));
    if (list == nullptr) return nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      PyObject* const item = read();
      if (item == nullptr || PyList_SetItem(list, static_cast<Py_ssize_t>(i), item) != 0) {
        Py_DECREF(list);
        return nullptr;
      }
    }
    --depth_;
    return list;
  }

  PyObject* read_map(std::size_t count) {
    if (!spend(2 * count) || !enter()) return nullptr;
    PyObject* const dict = PyDict_New();
    if (dict == nullptr) return nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      if (!read_member(dict)) {
        Py_DECREF(dict);
        return nullptr;
      }
    }
    --depth_;
    return dict;
  }

  bool read_member(PyObject* dict) {
    PyObject* const key = read_key();
    if (key == nullptr) return false;
    PyObject* const value = read();
    const bool added = value != nullptr && PyDict_SetItem(dict, key, value) == 0;
    Py_XDECREF(value);
    Py_DECREF(key);
    return added;
  }

  PyObject* read_key() {
    std::uint8_t tag = 0;
    if (!read_tag(tag)) return nullptr;
    const bool is_text = (tag >= kFixstr && tag < kNil) || (tag >= kStr8 && tag <= kStr32);
    return is_text ? read_after(tag) : malformed("a map key is not a string");
  }

  PyObject* read_ext(std::uint8_t tag, std::size_t size) {
    const std::byte* const type_byte = take_bytes(1);
    const std::byte* const body = type_byte == nullptr ? nullptr : take_bytes(size);
    if (body == nullptr) return nullptr;
    const auto type = static_cast<std::int8_t>(*type_byte);
    switch (type) {
      case kExtUndefined:
        // One form only, so that three bytes can be compared wherever a field may be absent.
        if (tag == kFixext1 && *body == std::byte{0}) return read_undefined();
        return malformed("extension 0 (undefined) is not d4 00 00");
      case kExtBigInteger:
        return read_big_integer({body, size});
      case kExtNdarray:
        return read_ndarray({body, size});
      default:
        return malformed("unknown extension type %d", int{type});
    }
  }

  PyObject* read_undefined() {
    if (unset_ == nullptr) unset_ = find_unset();
    return Py_XNewRef(unset_);
  }

  PyObject* read_big_integer(std::span<const std::byte> body) {
    const std::size_t size = body.size();
    if (size > kMaxBigInteger) {
      return malformed("extension 3 (integer) is longer than %zu bytes",
                       std::size_t{kMaxBigInteger});
    }
    constexpr std::byte kZero{0};
    bool shortest = size >= 9;
    if (shortest) {
      const std::byte top = body[size - 1];
      const std::byte sign = body[size - 2] > std::byte{0x7f} ? std::byte{0xff} : kZero;
      // A byte that only repeats the sign, or 64 bits and less: MessagePack's own integers are
      // shorter.
      shortest = top != sign && !(size == 9 && top == kZero);
    }
    return shortest ? int_from_bytes(body)
                    : malformed("extension 3 (integer) is not the shortest form");
  }

  PyObject* read_ndarray(std::span<const std::byte> body) {
    if (body.size() < kNdarrayHeader)
      return malformed("extension 6 (ndarray) is shorter than its header");
    const int version = static_cast<int>(body[0]);
    const int dtype = static_cast<int>(body[1]);
    const int flags = static_cast<int>(body[2]);
    const int dimensions = static_cast<int>(body[3]);
    if (version != kNdarrayVersion)
      return malformed("extension 6 (ndarray) has unknown version %d", version);
    if (dtype != kNdarrayFloat64)
      return malformed("extension 6 (ndarray) has unknown dtype %d", dtype);
    if (flags != 0) return malformed("extension 6 (ndarray) has unknown flags %d", flags);
    if (dimensions != 1)
      return malformed("extension 6 (ndarray) has %d dimensions, not 1", dimensions);
    std::uint32_t count = 0;
    std::memcpy(&count, body.data() + 4, sizeof count);
    const std::span<const std::byte> data = body.subspan(kNdarrayHeader);
    if (std::uint64_t{count} * sizeof(double) != data.size()) {
      return malformed("extension 6 (ndarray) has a shape that does not fit its length");
    }
    PyObject* const bytes = copy(data.data(), data.size());
    PyObject* const view = bytes == nullptr ? nullptr : PyMemoryView_FromObject(bytes);
    PyObject* const floats =
        view == nullptr ? nullptr : PyObject_CallMethod(view, "cast", "s", "d");
    Py_XDECREF(view);
    Py_XDECREF(bytes);
    return floats;  // keeps `bytes` alive
  }

  static PyObject* copy(const std::byte* data, std::size_t size) {
    return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(data),
                                     static_cast<Py_ssize_t>(size));
  }

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  bool read_tag(std::uint8_t& tag) {
    origin_ = at_;
    return take(tag);
  }

  template <typename Unsigned>
  bool take(Unsigned& value) {
    const std::byte* const from = take_bytes(sizeof value);
    if (from != nullptr) value = load_big_endian<Unsigned>(from);
    return from != nullptr;
  }

  // A length field of 2^exponent bytes.
  bool take_length(int exponent, std::size_t& size) {
    const std::byte* const from = take_bytes(std::size_t{1} << exponent);
    if (from == nullptr) return false;
    size = exponent == 0   ? load_big_endian<std::uint8_t>(from)
           : exponent == 1 ? load_big_endian<std::uint16_t>(from)
                           : load_big_endian<std::uint32_t>(from);
    return true;
  }

  // The next `size` bytes; nullptr with DecodeError set where there are fewer.
  const std::byte* take_bytes(std::size_t size) {
    if (size > left()) {
      malformed("the message ends inside a value");
      return nullptr;
    }
    const std::byte* const from = at_;
    at_ += size;
    return from;
  }

  bool spend(std::size_t count) {
    if (count > budget_) {
      malformed("more elements than the message has bytes");
      return false;
    }
    budget_ -= count;
    return true;
  }

  bool enter() {
    if (depth_ == kMaxDepth) {
      malformed("nested deeper than %zu", std::size_t{kMaxDepth});
      return false;
    }
    ++depth_;
    return true;
  }

  // Raises DecodeError about the value that begins at origin_.
  template <typename... Arguments>
  std::nullptr_t malformed(const char* format, Arguments... arguments) const {
    PyObject* const problem = PyUnicode_FromFormat(format, arguments...);
    PyObject* const message = problem == nullptr
                                  ? nullptr
                                  : PyUnicode_FromFormat("byte %zd: %U", origin_ - begin_, problem);
    Py_XDECREF(problem);
    if (message != nullptr) raise_error("DecodeError", message);
    Py_XDECREF(message);
    return nullptr;
  }

  const std::byte* const begin_;
  const std::byte* at_;
  const std::byte* const end_;
  const std::byte* origin_;  // of the value being read, for errors
  std::size_t budget_;  // elements that containers may still announce: a message has no more of
                        // them than bytes
  std::size_t depth_ = 0;
  PyObject* unset_ = nullptr;  // owned; found when first needed
};

}  // namespace

PyObject* decode_value(std::span<const std::byte> bytes) {
  Decoder decoder(bytes);
  PyObject* const value = decoder.read();
  if (value == nullptr || decoder.finish()) return value;
  Py_DECREF(value);
  return nullptr;
}

}  // namespace ringsnake::python
