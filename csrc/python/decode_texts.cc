// The extensions that are text, numbers or 16 bytes.
#include <string_view>

#include "decoder.h"
#include "private_copy.h"
#include "py_compat.h"
#include "py_fast.h"

namespace ringsnake::python {
namespace {

const char* characters(Body body) { return reinterpret_cast<const char*>(body.data()); }
Py_ssize_t length(Body body) { return static_cast<Py_ssize_t>(body.size()); }

std::uint8_t top_bit(std::byte byte) { return static_cast<std::uint8_t>(byte) >> 7; }

// Whether `body` is the one form of its integer: the fewest bytes that keep the sign, and none that
// MessagePack's own integers are for: beyond the safe ones, up to 64 bits.
bool is_shortest(Body body) {
  const std::size_t size = body.size();
  if (size == 0) return false;
  if (size > 1) {
    const std::byte sign = top_bit(body[size - 2]) != 0 ? std::byte{0xff} : std::byte{0};
    if (body[size - 1] == sign) return false;
  }
  if (size > 9) return true;
  const bool is_negative = top_bit(body[size - 1]) != 0;
  // Nine bytes of a positive integer are 64 bits and a sign.
  if (size == 9) return is_negative || body[8] != std::byte{0};
  constexpr std::int64_t kMostSafe = (std::int64_t{1} << 53) - 1;
  std::uint64_t bits = is_negative ? ~std::uint64_t{0} : 0;
  std::memcpy(&bits, body.data(), size);
  const auto value = static_cast<std::int64_t>(bits);
  return value >= -kMostSafe && value <= kMostSafe;
}

}  // namespace

PyObject* Decoder::read_latin1(const Extension& extension) { return make_latin1(extension.body); }

PyObject* Decoder::read_utf16(const Extension& extension) {
  return extension.body.size() % 2 == 0 ? make_utf16(extension.body) : malformed_ext(extension);
}

PyObject* Decoder::make_latin1(Body characters_of) {
  const PrivateCopy text(characters_of);
  return text ? PyUnicode_DecodeLatin1(characters(text.bytes()), length(text.bytes()), nullptr)
              : nullptr;
}

PyObject* Decoder::make_utf16(Body units) {
  PyObject* const wide = text_from_ucs2(units);
  if (wide != nullptr) return wide;
  const PrivateCopy text(units);
  if (!text) return nullptr;
  int little_endian = -1;
  return PyUnicode_DecodeUTF16(characters(text.bytes()), length(text.bytes()), "surrogatepass",
                               &little_endian);
}

PyObject* Decoder::read_big_integer(const Extension& extension) {
  const Body body = extension.body;
  if (body.size() > wire::kMaxBigInteger) {
    return malformed("extension 3 (integer) is longer than %zu bytes",
                     std::size_t{wire::kMaxBigInteger});
  }
  return is_shortest(body) ? int_from_bytes(body)
                           : malformed("extension 3 (integer) is not the shortest form");
}

PyObject* Decoder::read_decimal(const Extension& extension) {
  const Body body = extension.body;
  if (body.empty() || body.size() > wire::kMaxDecimal) return malformed_ext(extension);
  PyObject* const make_decimal = hosts_.get(Host::kMakeDecimal);
  if (make_decimal == nullptr) return nullptr;
  const PrivateCopy digits(body);
  if (!digits) return nullptr;
  const Ref text(
      PyUnicode_DecodeASCII(characters(digits.bytes()), length(digits.bytes()), nullptr));
  PyObject* const value =
      text ? PyObject_CallFunctionObjArgs(make_decimal, text.get(), nullptr) : nullptr;
  return value != nullptr ? value : malformed_value(extension);
}

PyObject* Decoder::read_uuid(const Extension& extension) {
  constexpr std::size_t kUuidSize = 16;
  if (extension.body.size() != kUuidSize) return malformed_ext(extension);
  PyObject* const uuid = hosts_.get(Host::kUuid);
  const Ref bytes(uuid == nullptr ? nullptr : copy(extension.body));
  // UUID(hex=None, bytes=…)
  return bytes ? PyObject_CallFunctionObjArgs(uuid, Py_None, bytes.get(), nullptr) : nullptr;
}

PyObject* Decoder::read_url(const Extension& extension) {
  const PrivateCopy text(extension.body);
  if (!text) return nullptr;
  const Body body = text.bytes();
  if (!is_url({characters(body), body.size()})) return malformed_ext(extension);
  PyObject* const url = hosts_.get(Host::kUrl);
  if (url == nullptr) return nullptr;
  const Ref href(PyUnicode_DecodeUTF8(characters(body), length(body), nullptr));
  if (!href) return malformed_value(extension);
  return PyObject_CallFunctionObjArgs(url, href.get(), nullptr);
}

}  // namespace ringsnake::python
