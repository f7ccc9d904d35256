// Declared types as the value codec interprets them: what generated code describes, compiled. Not
// part of the wire. Form: python/ringsnake/_wire/schema_program.py, which makes it.
//
// A program only knows the forms that almost every value has. What it does not know it gives up,
// and the same program in Python, which has all the words, converts or refuses the whole value.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "byte_sink.h"
#include "host_objects.h"
#include "py_ref.h"
#include "slot.h"
#include "value_decoder.h"
#include "value_encoder.h"

namespace ringsnake::python {

enum class Shape : std::uint8_t {
  kString,
  kNumber,
  kInteger,
  kBoolean,
  kBigint,
  kNull,
  kUndefined,
  kUnknown,
  kDate,
  kUrl,
  kRegExp,
  kBytes,
  kVoid,
  kReferred,  // what only the Python form knows: objects, functions, streams
  kBytesView,
  kTypedArray,  // `of`: what memoryview calls the items, or kClampedBytes
  kLiteral,     // `of`: which literal; so for the following
  kEnum,
  kPattern,
  kNdArray,
  kMap,
  kTuple,
  kUnion,
  kAlias,
  kRecord,
  kArguments,  // `of`: which record, but a sequence in Python and no class
  kArray,      // `of`: the item's node; so for the following
  kSet,
  kFrozenSet,
  kDict,          // of keys that are strings
  kNumberedDict,  // of keys that are strings of digits on the wire
  kNullable,
  kOptional,        // absent is None
  kOptionalOrNull,  // absent is UNSET, because None is null
};

// How a Uint8ClampedArray is told among the typed arrays.
constexpr std::uint32_t kClampedBytes = 'C';

struct Node {
  Shape shape;
  std::uint32_t of = 0;
};

// A field of a record. Owns its objects.
struct Field {
  std::uint32_t node = 0;
  Ref name;   // of the attribute; null for an argument
  Slot slot;  // open if the record's fields may be filled directly
};

struct Record {
  Ref type;  // the class; null for arguments
  std::vector<Field> fields;
  Ref taken;                     // of one whose last field holds what else it has: the others' keys
  allocfunc allocate = nullptr;  // null: the class is called
};

struct Literal {
  Ref members;           // tuple
  Ref texts;             // dict from each str among them to itself
  bool is_open = false;  // there are others, which only the Python form knows
};

struct Enumeration {
  Ref members;  // tuple, and their values in the same order
  Ref values;
  Ref by_value;          // dict from those values that are str or int to the members
  PyTypeObject* type;    // of the members; null if there are none
  bool is_open = false;  // as of a literal
};

struct Pattern {
  Ref full_match;  // bound to the pattern
};

// An array of several dimensions.
struct NdArrayType {
  Ref to_wire;  // functions that check one and return it
  Ref from_wire;
};

struct MapType {
  std::uint32_t key = 0;
  std::uint32_t value = 0;
};

struct TupleType {
  std::vector<std::uint32_t> items;
  std::size_t least = 0;
  std::uint32_t rest = kNoRest;  // of all items beyond those

  static constexpr std::uint32_t kNoRest = ~std::uint32_t{0};
};

struct UnionType {
  std::vector<std::uint32_t> branches;
};

// As Python states the types of a module: tuples. Borrowed.
struct SchemaSource {
  PyObject* records;
  PyObject* literals;
  PyObject* enums;
  PyObject* patterns;
  PyObject* arrays;
  PyObject* maps;
  PyObject* tuples;
  PyObject* unions;
  PyObject* aliases;
};

// Owns what it refers to. Threads: those that hold the GIL.
class Schema {
 public:
  // False with an exception set.
  bool compile(const SchemaSource& source);
  // The entry of a type, of a `str`, or of arguments, of a tuple of them. -1 with an exception set.
  Py_ssize_t add(PyObject* codes);

  // Whether a value has strings enough to be sent with their characters in blocks, if whatever has
  // any number of items has kMany.
  bool fills_block(std::uint32_t entry) const;

  // By value: Python code that a value runs may add programs.
  Node node(std::uint32_t index) const { return nodes_[index]; }
  const Record& record(const Node& node) const { return records_[node.of]; }
  const Literal& literal(const Node& node) const { return literals_[node.of]; }
  const Enumeration& enumeration(const Node& node) const { return enums_[node.of]; }
  const Pattern& pattern(const Node& node) const { return patterns_[node.of]; }
  const NdArrayType& array(const Node& node) const { return arrays_[node.of]; }
  const MapType& map(const Node& node) const { return maps_[node.of]; }
  const TupleType& tuple(const Node& node) const { return tuples_[node.of]; }
  const UnionType& branches(const Node& node) const { return unions_[node.of]; }
  std::uint32_t alias(const Node& node) const { return aliases_[node.of]; }
  // Whether it is the class of a record, or of an enumeration.
  bool declares(const PyTypeObject* type) const;

  int traverse(visitproc visit, void* arg) const;

 private:
  static constexpr int kMany = 3;

  Py_ssize_t add_type(const char* code);
  bool add_inner(const char* code, Node& node);
  bool number_of(const char* code, Node& node) const;
  std::size_t count_of(Shape shape) const;
  void settle(Node& node) const;
  bool add_codes(PyObject* codes, std::vector<std::uint32_t>& nodes);
  bool add_code(PyObject* code, std::uint32_t* node);
  bool add_literal(PyObject* source);
  bool add_enum(PyObject* source);
  bool add_array(PyObject* source);
  bool add_map(PyObject* source, MapType& map);
  bool add_tuple(PyObject* source, TupleType& tuple);
  bool add_record(PyObject* source, Record& record);
  bool add_fields(PyObject* codes, Record& record);
  // Whether such values, and what stands for them on the wire, can be items of a set.
  bool is_hashable(std::uint32_t entry) const;

  // Those of a value, more than kMany not counted.
  struct Strings {
    int count = 0;
    bool in_place = false;  // some are of no known type, so that no block can have them
  };
  using KnownStrings = std::map<std::pair<Shape, std::uint32_t>, Strings>;
  Strings strings_of(std::uint32_t entry, KnownStrings& known) const;
  Strings strings_of_parts(const Node& node, KnownStrings& known) const;
  static Strings both(Strings one, Strings other);
  static Strings many(Strings each);

  std::vector<Node> nodes_;
  // Not a vector: while a record is read its class may run Python code, which may add programs.
  std::deque<Record> records_;
  std::vector<Literal> literals_;
  std::vector<Enumeration> enums_;
  std::vector<Pattern> patterns_;
  std::vector<NdArrayType> arrays_;
  std::vector<MapType> maps_;
  std::vector<TupleType> tuples_;
  std::vector<UnionType> unions_;
  std::vector<std::uint32_t> aliases_;
  std::vector<const PyTypeObject*> declared_;  // sorted
  bool is_compiled_ = false;
};

// One type of a schema. Borrowed.
struct Program {
  const Schema* schema;
  std::uint32_t entry;
  bool in_block;        // whether it has strings enough to be sent with their characters in blocks
  PyObject* to_wire;    // the same in Python: value -> what the untyped writer takes
  PyObject* from_wire;  // and back
};

// The program in an object of the extension's type `Program`, as long as it lives; false if it is
// another object.
bool read_program(PyObject* object, Program* out);

// As decode_value and encode_value, with the checks and errors of the declared type:
// `ringsnake._errors.ValidationError` as well.
PyObject* decode_declared(std::span<const std::byte> bytes, HostObjects& hosts,
                          const Program& program, const DecodeOptions& options = {});
// How many arguments a method always has; nothing if that depends on the call.
std::optional<std::size_t> argument_count(const Program& program);
// So many as new references: what decode_declared gives in a list. False, and there are none, with
// an exception set or for what only decode_declared knows.
bool decode_arguments(std::span<const std::byte> bytes, HostObjects& hosts, const Program& program,
                      const DecodeOptions& options, std::span<PyObject*> out);
bool encode_declared(ByteSink& sink, PyObject* value, HostObjects& hosts, const Program& program,
                     const EncodeOptions& options = {});

// Borrowed; null when it does not equal a member or is of another kind, with or without an
// exception.
PyObject* find_member(const Literal& literal, PyObject* value);
// The member of a value; null when there is none, or only the Python form knows.
PyObject* find_member(const Enumeration& enumeration, PyObject* value);
// And the value of a member.
PyObject* find_value(const Enumeration& enumeration, PyObject* member);

// Whether an exception is set that says nothing about the value: MemoryError, KeyboardInterrupt.
// Clears any other.
bool is_beyond_value();

// Whether it is a contiguous view, in one dimension, of what memoryview calls `item`.
bool is_view_of(PyObject* view, char item);
// Whether it is a Uint8ClampedArray, with or without an exception if not.
bool is_clamped(HostObjects& hosts, PyObject* value);

}  // namespace ringsnake::python
