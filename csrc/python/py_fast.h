// The hot steps of the value codec, twice: as the full C API of one CPython has them, inline, and
// with the limited API, by calls. The one place where the two builds differ. What needs more than
// the limited API tells says no there, and its caller goes the general way. Every function needs
// the GIL.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ringsnake::python {

// How a str lies in memory.
struct StoredText {
  enum class Form : std::uint8_t { kUnknown, kAscii, kLatin1, kUcs2 };
  Form form = Form::kUnknown;
  const void* data = nullptr;
  std::size_t length = 0;  // in characters
};

#ifdef Py_LIMITED_API

inline constexpr char kBuild[] = "abi3";

// REQUIRES: a float, or of a subclass.
inline double float_value(PyObject* value) { return PyFloat_AsDouble(value); }

// Whether it is an int of a few bits, which is then `*out`. REQUIRES: an int, or of a subclass.
inline bool small_int(PyObject*, long long*) { return false; }

// Borrowed; nullptr beyond the end, maybe with an exception set.
inline PyObject* list_item(PyObject* list, Py_ssize_t i) { return PyList_GetItem(list, i); }
inline PyObject* tuple_item(PyObject* tuple, Py_ssize_t i) { return PyTuple_GetItem(tuple, i); }

// Into a list or tuple that is being made. Takes the item over. REQUIRES: within its size.
inline bool fill_list(PyObject* list, Py_ssize_t i, PyObject* item) {
  return PyList_SetItem(list, i, item) == 0;
}
inline bool fill_tuple(PyObject* tuple, Py_ssize_t i, PyObject* item) {
  return PyTuple_SetItem(tuple, i, item) == 0;
}

// REQUIRES: `bytes`, or of a subclass.
inline std::span<const char> bytes_of(PyObject* bytes) {
  return {PyBytes_AsString(bytes), static_cast<std::size_t>(PyBytes_Size(bytes))};
}

inline StoredText stored_text(PyObject*) { return {}; }

// A str of ASCII, or of UTF-16 without surrogates that no narrower form holds. New reference;
// nullptr without an exception if it is not that, or nobody can say cheaply.
inline PyObject* text_from_ascii(std::span<const std::byte>) { return nullptr; }
inline PyObject* text_from_ucs2(std::span<const std::byte>) { return nullptr; }

#else

inline constexpr char kBuild[] = "full";

inline double float_value(PyObject* value) { return PyFloat_AS_DOUBLE(value); }

inline bool small_int(PyObject* value, long long* out) {
#if PY_VERSION_HEX >= 0x030C0000
  const auto* const number = reinterpret_cast<PyLongObject*>(value);
  if (PyUnstable_Long_IsCompact(number) == 0) return false;
  *out = PyUnstable_Long_CompactValue(number);
#else
  // The sign of the size is the number's, its magnitude the count of digits.
  const Py_ssize_t size = Py_SIZE(value);
  if (size < -1 || size > 1) return false;
  *out = size * static_cast<long long>(reinterpret_cast<PyLongObject*>(value)->ob_digit[0]);
#endif
  return true;
}

inline PyObject* list_item(PyObject* list, Py_ssize_t i) {
  return i < PyList_GET_SIZE(list) ? PyList_GET_ITEM(list, i) : nullptr;
}
inline PyObject* tuple_item(PyObject* tuple, Py_ssize_t i) { return PyTuple_GET_ITEM(tuple, i); }

inline bool fill_list(PyObject* list, Py_ssize_t i, PyObject* item) {
  PyList_SET_ITEM(list, i, item);
  return true;
}
inline bool fill_tuple(PyObject* tuple, Py_ssize_t i, PyObject* item) {
  PyTuple_SET_ITEM(tuple, i, item);
  return true;
}

inline std::span<const char> bytes_of(PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

inline StoredText stored_text(PyObject* text) {
#if PY_VERSION_HEX < 0x030C0000
  if (PyUnicode_READY(text) != 0) {
    PyErr_Clear();
    return {};
  }
#endif
  const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text));
  if (PyUnicode_IS_ASCII(text)) return {StoredText::Form::kAscii, PyUnicode_DATA(text), length};
  switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
      return {StoredText::Form::kLatin1, PyUnicode_DATA(text), length};
    case PyUnicode_2BYTE_KIND:
      return {StoredText::Form::kUcs2, PyUnicode_DATA(text), length};
    default:
      return {};
  }
}

namespace detail {

inline bool is_ascii(const void* bytes, std::size_t size) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint64_t all = 0;
  std::uint64_t word = 0;
  for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    all |= word;
  }
  word = 0;
  for (; size > 0; --size) word |= *at++;
  return ((all | word) & kHighBits) == 0;
}

}  // namespace detail

// Both look at the copy, whatever becomes of the message meanwhile.
inline PyObject* text_from_ascii(std::span<const std::byte> bytes) {
  // CPython has each str of fewer than two characters already.
  if (bytes.size() < 2 || !detail::is_ascii(bytes.data(), bytes.size())) return nullptr;
  PyObject* const text = PyUnicode_New(static_cast<Py_ssize_t>(bytes.size()), 0x7f);
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  void* const copy = PyUnicode_DATA(text);
  std::memcpy(copy, bytes.data(), bytes.size());
  if (detail::is_ascii(copy, bytes.size())) return text;
  Py_DECREF(text);
  return nullptr;
}

inline PyObject* text_from_ucs2(std::span<const std::byte> bytes) {
  const std::size_t length = bytes.size() / sizeof(Py_UCS2);
  if (length < 2) return nullptr;
  PyObject* const text = PyUnicode_New(static_cast<Py_ssize_t>(length), 0xffff);
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  Py_UCS2* const copy = PyUnicode_2BYTE_DATA(text);
  std::memcpy(copy, bytes.data(), length * sizeof(Py_UCS2));
  unsigned all = 0;
  unsigned surrogates = 0;
  for (std::size_t i = 0; i < length; ++i) {
    all |= copy[i];
    surrogates |= (copy[i] & 0xf800U) == 0xd800 ? 1U : 0U;
  }
  if (all > 0xff && surrogates == 0) return text;
  Py_DECREF(text);
  return nullptr;
}

#endif

}  // namespace ringsnake::python
