// Strings: VALUE-2. The limited API does not show how a str lies in memory, so the shape of its
// UTF-8 tells.
#include "encoder.h"
#include "utf8_units.h"

namespace ringsnake::python {
namespace {

// Longer strings are not asked for their UTF-8: what that makes of text outside ASCII stays inside
// the str for as long as that lives.
constexpr Py_ssize_t kKeptLength = 256;
// Characters looked at before the dearer question whether a long text is Latin-1.
constexpr Py_ssize_t kSamples = 8;

bool shows_wide_characters(PyObject* text, Py_ssize_t length) {
  for (Py_ssize_t i = 0; i < kSamples; ++i) {
    if (PyUnicode_ReadChar(text, i * (length - 1) / (kSamples - 1)) > 0xff) return true;
  }
  return false;
}

}  // namespace

bool Encoder::write_text(PyObject* value) {
  const Py_ssize_t length = PyUnicode_GetLength(value);
  if (length > kKeptLength) return write_long_text(value);
  Py_ssize_t size = 0;
  const char* const utf8 = PyUnicode_AsUTF8AndSize(value, &size);
  if (utf8 == nullptr) return write_with_surrogates(value);
  const auto bytes = static_cast<std::size_t>(size);
  if (size == length) return write_str(utf8, bytes);
  return write_text_beyond_ascii(utf8, bytes);
}

bool Encoder::write_text_beyond_ascii(const char* utf8, std::size_t size) {
  const std::size_t units = utf16_units(utf8, size);
  if (units < wire::kUtf8Below) return write_str(utf8, size);
  const bool narrow = is_latin1(utf8, size);
  const std::size_t body = narrow ? units : 2 * units;
  const auto type = static_cast<int>(narrow ? wire::kExtLatin1 : wire::kExtUtf16);
  if (!write_ext_head(type, body)) return false;
  std::byte* const to = sink_.reserve(body);
  if (to == nullptr) return false;
  if (narrow) {
    store_latin1(to, utf8, size);
  } else {
    store_utf16(to, utf8, size);
  }
  return true;
}

bool Encoder::write_long_text(PyObject* value) {
  PyObject* const isascii = hosts_.get(Host::kStrIsascii);
  if (isascii == nullptr) return false;
  const Ref answer(PyObject_CallFunctionObjArgs(isascii, value, nullptr));
  if (!answer) return false;
  if (answer.get() == Py_True) {
    // Lies in the str as it is: nothing is made or kept.
    Py_ssize_t size = 0;
    const char* const ascii = PyUnicode_AsUTF8AndSize(value, &size);
    return ascii != nullptr && write_str(ascii, static_cast<std::size_t>(size));
  }
  return write_as_extension(value);
}

bool Encoder::write_as_extension(PyObject* value) {
  if (shows_wide_characters(value, PyUnicode_GetLength(value))) return write_utf16(value);
  const Ref latin1(PyUnicode_AsLatin1String(value));
  if (latin1) {
    return write_ext(wire::kExtLatin1, PyBytes_AsString(latin1.get()),
                     static_cast<std::size_t>(PyBytes_Size(latin1.get())));
  }
  if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
  PyErr_Clear();
  return write_utf16(value);
}

// Surrogates that form a pair are one character to everyone else, so the text may be well-formed
// after all.
bool Encoder::write_with_surrogates(PyObject* value) {
  if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
  PyErr_Clear();
  const Ref utf16(PyUnicode_AsEncodedString(value, "utf-16-le", "surrogatepass"));
  if (!utf16) return false;
  const char* const units = PyBytes_AsString(utf16.get());
  const Py_ssize_t size = PyBytes_Size(utf16.get());
  int little_endian = -1;
  const Ref paired(PyUnicode_DecodeUTF16(units, size, "strict", &little_endian));
  if (paired) return write_text(paired.get());
  if (PyErr_ExceptionMatches(PyExc_UnicodeDecodeError) == 0) return false;
  PyErr_Clear();
  return write_ext(wire::kExtUtf16, units, static_cast<std::size_t>(size));
}

bool Encoder::write_utf16(PyObject* value) {
  // With a byte order mark, because CPython knows that encoding without a look into its registry.
  constexpr std::size_t kMark = 2;
  const Ref utf16(PyUnicode_AsEncodedString(value, "utf-16", "surrogatepass"));
  if (!utf16) return false;
  return write_ext(wire::kExtUtf16, PyBytes_AsString(utf16.get()) + kMark,
                   static_cast<std::size_t>(PyBytes_Size(utf16.get())) - kMark);
}

}  // namespace ringsnake::python
