// The inside of writing declared types: one class, whose parts are in encode_declared.cc (what is
// frequent), encode_leaves.cc, encode_parts.cc and encode_branches.cc. Only these include it.
#pragma once

#include <span>

#include "character_block.h"
#include "encoder.h"
#include "schema_program.h"

namespace ringsnake::python {

// Each method returns false, with or without an exception, for what it does not know: the caller
// then begins again in the general way. What it writes is what that would write.
class DeclaredEncoder {
 public:
  DeclaredEncoder(Encoder& encoder, HostObjects& hosts, const Schema& schema)
      : encoder_(encoder), hosts_(hosts), schema_(schema) {}

  bool write(std::uint32_t index, PyObject* value);
  // As an extension 18: the characters of short strings come after the value.
  bool write_in_block(std::uint32_t index, PyObject* value);

 private:
  // encode_declared.cc
  bool write_text(PyObject* value);
  bool write_surrogates(PyObject* value);
  bool write_number(PyObject* value);
  bool write_literal(const Literal& literal, PyObject* value);
  bool write_array(std::uint32_t item_node, PyObject* value);
  bool write_arguments(const Record& record, PyObject* value);
  bool write_record(const Record& record, PyObject* value);

  // encode_leaves.cc
  bool write_enum(const Enumeration& enumeration, PyObject* value);
  bool write_date(PyObject* value);
  bool write_url(PyObject* value);
  bool write_pattern(const Pattern& pattern, PyObject* value);
  bool write_regexp(PyObject* value);
  bool write_bytes_view(PyObject* value);
  bool write_typed_array(std::uint32_t items, PyObject* value);
  bool write_ndarray(const NdArrayType& array, PyObject* value);

  // encode_parts.cc
  bool write_tuple(const TupleType& tuple, PyObject* value);
  bool write_dict(std::uint32_t item_node, PyObject* value);
  bool write_numbered(std::uint32_t item_node, PyObject* value);
  bool write_set(std::uint32_t item_node, PyObject* value, bool frozen);
  bool write_map(const MapType& map, PyObject* value);
  bool write_key(std::uint32_t node, PyObject* key);
  template <typename WriteKey>
  bool write_members(PyObject* dict, std::uint32_t item_node, WriteKey write_key);

  // encode_branches.cc
  bool write_union(const UnionType& type, PyObject* value);
  // What a value is, as far as it tells branches apart.
  enum class Kind : std::uint8_t {
    kOther,  // only the Python form can say
    kNone,
    kUnset,
    kTruth,
    kInteger,
    kFloat,
    kText,
    kBytes,
    kView,
    kSequence,
    kSet,
    kMapping,
    kDate,
    kDeclared,  // a record, or a member of an enumeration that is neither text nor number
  };
  // kInherits: of a class below this one, which may be another branch's own.
  enum class Look : std::uint8_t { kNo, kYes, kInherits, kUnsure };
  Kind kind_of(PyObject* value);
  Look look_at(std::uint32_t index, PyObject* value, Kind kind);
  Look look_at_number(PyObject* value, Kind kind);
  static Look look_at_text(const Pattern& pattern, PyObject* value);
  Look look_at_literal(const Literal& literal, PyObject* value, Kind kind);
  Look look_at_enum(const Enumeration& enumeration, PyObject* value, Kind kind);
  static Look look(bool fits) { return fits ? Look::kYes : Look::kNo; }

  bool begin(std::size_t count) {
    return encoder_.enter(nullptr) && encoder_.write_container_head(kFixarray, kArray16, count);
  }

  Encoder& encoder_;
  HostObjects& hosts_;
  const Schema& schema_;
  BlockWriter* block_ = nullptr;
  // Whether a member of an enumeration has to be that, and not its value: as a key both may be
  // there.
  bool members_only_ = false;
};

}  // namespace ringsnake::python
