// Declared types of one value each, beside those that almost every record has.
#include <utility>

#include "declared_decoder.h"
#include "py_fast.h"

namespace ringsnake::python {

PyObject* DeclaredDecoder::read_enum(const Enumeration& enumeration) {
  const Ref value(read_known());
  return value ? Py_XNewRef(find_member(enumeration, value.get())) : nullptr;
}

// A moment in UTC, as JavaScript sends it. Others are left to the general way.
PyObject* DeclaredDecoder::read_date() {
  std::uint8_t tag = 0;
  if (!decoder_.read_tag(tag) || !is_ext_tag(tag)) return nullptr;
  std::size_t size = std::size_t{1} << ((tag - kFixext1) & 0x07);
  if (tag <= kExt32 && !decoder_.take_length(tag - kExt8, size)) return nullptr;
  Extension extension{};
  if (!decoder_.take_ext(tag, size, &extension) || extension.type != kExtTimestamp) return nullptr;
  return exactly(Host::kDatetime, decoder_.read_moment(extension));
}

PyObject* DeclaredDecoder::read_url() { return exactly(Host::kUrl, decoder_.read()); }

PyObject* DeclaredDecoder::read_pattern(const Pattern& pattern) {
  Ref text(read_text());
  const Ref match(text ? PyObject_CallFunctionObjArgs(pattern.full_match.get(), text.get(), nullptr)
                       : nullptr);
  return match && match.get() != Py_None ? text.release() : nullptr;
}

PyObject* DeclaredDecoder::read_regexp() {
  const Ref parts(decoder_.read());
  PyObject* const from_wire = parts ? decoder_.hosts_.get(Host::kPatternFromWire) : nullptr;
  return from_wire == nullptr ? nullptr
                              : PyObject_CallFunctionObjArgs(from_wire, parts.get(), nullptr);
}

PyObject* DeclaredDecoder::read_typed_array(std::uint32_t items) {
  Ref value(decoder_.read());
  if (!value) return nullptr;
  if (items == kClampedBytes)
    return is_clamped(decoder_.hosts_, value.get()) ? value.release() : nullptr;
  return view_of(std::move(value), static_cast<char>(items));
}

PyObject* DeclaredDecoder::read_bytes_view() {
  Ref value(decoder_.read_bytes_in_place());
  return value ? view_of(std::move(value), 'B') : nullptr;
}

PyObject* DeclaredDecoder::view_of(Ref value, char item) {
  const bool is_view = Py_TYPE(value.get()) == &PyMemoryView_Type;
  return is_view && is_view_of(value.get(), item) ? value.release() : nullptr;
}

PyObject* DeclaredDecoder::read_ndarray(const NdArrayType& array) {
  const Ref value(decoder_.read());
  return value ? PyObject_CallFunctionObjArgs(array.from_wire.get(), value.get(), nullptr)
               : nullptr;
}

}  // namespace ringsnake::python
