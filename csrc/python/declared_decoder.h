// The inside of reading declared types: one class, whose parts are in decode_declared.cc (what is
// frequent), decode_leaves.cc and decode_parts.cc. Only these include it.
#pragma once

#include <array>
#include <cstring>
#include <span>

#include "decoder.h"
#include "schema_program.h"

namespace ringsnake::python {

// Each method returns a new reference; nullptr, with or without an exception, for what it does not
// know: the caller then begins again in the general way. It accepts nothing that this refuses.
class DeclaredDecoder {
 public:
  DeclaredDecoder(Decoder& decoder, const Schema& schema) : decoder_(decoder), schema_(schema) {}

  PyObject* read(std::uint32_t index);
  // The items of arguments. False when it does not know one, and then there are none.
  bool read_arguments(const Record& record, std::span<PyObject*> out);

 private:
  using Extension = Decoder::Extension;

  // decode_declared.cc
  PyObject* read_text() {
    std::uint8_t tag = 0;
    if (!decoder_.read_tag(tag)) return nullptr;
    if (tag >= kFixstr && tag < kNil) return decoder_.read_text(tag & 0x1fU);
    return exactly(&PyUnicode_Type, decoder_.read_after(tag));
  }
  PyObject* read_number();
  PyObject* read_integer();
  PyObject* read_literal(const Literal& literal);
  PyObject* read_array(std::uint32_t item_node);
  PyObject* read_arguments(const Record& record);
  PyObject* read_record(const Record& record);

  // decode_leaves.cc
  PyObject* read_enum(const Enumeration& enumeration);
  PyObject* read_date();
  PyObject* read_url();
  PyObject* read_pattern(const Pattern& pattern);
  PyObject* read_regexp();
  PyObject* read_bytes_view();
  PyObject* read_typed_array(std::uint32_t items);
  static PyObject* view_of(Ref value, char item);
  PyObject* read_ndarray(const NdArrayType& array);

  // decode_parts.cc
  PyObject* read_tuple(const TupleType& tuple);
  PyObject* read_union(const UnionType& type);
  PyObject* read_dict(std::uint32_t item_node);
  PyObject* read_extra(const Record& record, std::uint32_t node);
  PyObject* read_numbered(std::uint32_t item_node);
  PyObject* read_set(std::uint32_t item_node, bool frozen);
  PyObject* read_map(const MapType& map);
  bool take_map_head(std::size_t* count);
  bool open_extension(int type, Extension* extension, const std::byte** outer_end);

  // What a literal or a member stands as: the same strings come again and again.
  PyObject* read_known() {
    std::uint8_t tag = 0;
    if (!decoder_.read_tag(tag)) return nullptr;
    const bool is_short_text = tag > kFixstr && tag < kNil;
    return is_short_text ? decoder_.read_short_key(tag & 0x1fU) : decoder_.read_after(tag);
  }

  // `value` if it is just of that type; else null. Takes the reference.
  static PyObject* exactly(PyTypeObject* type, PyObject* value) {
    if (value == nullptr || Py_TYPE(value) == type) return value;
    Py_DECREF(value);
    return nullptr;
  }
  PyObject* exactly(Host type, PyObject* value) {
    return exactly(reinterpret_cast<PyTypeObject*>(decoder_.hosts_.get(type)), value);
  }

  bool take_head(std::size_t* count) {
    std::uint8_t tag = 0;
    if (!decoder_.read_tag(tag)) return false;
    if (tag >= kFixarray && tag < kFixstr) {
      *count = tag & 0x0fU;
    } else {
      const bool is_array = tag == kArray16 || tag == kArray32;
      if (!is_array || !decoder_.take_length(tag - kArray16 + 1, *count)) return false;
    }
    return decoder_.spend(*count) && decoder_.enter();
  }

  bool take_nil() {
    const bool is_nil = decoder_.left() != 0 && *decoder_.at_ == std::byte{kNil};
    if (is_nil) decoder_.at_ += 1;
    return is_nil;
  }

  bool take_undefined() {
    constexpr std::array kUndefined{std::byte{kFixext1}, std::byte{wire::kExtUndefined},
                                    std::byte{0}};
    const bool is_undefined = decoder_.left() >= kUndefined.size() &&
                              *decoder_.at_ == kUndefined[0] &&
                              std::memcmp(decoder_.at_, kUndefined.data(), kUndefined.size()) == 0;
    if (is_undefined) decoder_.at_ += kUndefined.size();
    return is_undefined;
  }

  Decoder& decoder_;
  const Schema& schema_;
};

}  // namespace ringsnake::python
