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
#include <span>
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
  kBytes,
  kFloat64Array,
  kVoid,
  kReferred,   // what only the Python form knows: objects, functions, streams
  kLiteral,    // `of`: which literal
  kRecord,     // `of`: which record
  kArguments,  // `of`: which record, but a sequence in Python and no class
  kArray,      // `of`: the item's node, as for the following
  kNullable,
  kOptional,        // absent is None
  kOptionalOrNull,  // absent is UNSET, because None is null
};

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
  allocfunc allocate = nullptr;  // null: the class is called
};

struct Literal {
  Ref members;  // tuple
  Ref texts;    // dict from each str among them to itself
};

// Owns what it refers to. Threads: those that hold the GIL.
class Schema {
 public:
  // As Python makes it: records, literals, converters. False with an exception set.
  bool compile(PyObject* records, PyObject* literals);
  // The entry of a type, of a `str`, or of arguments, of a tuple of them. -1 with an exception set.
  Py_ssize_t add(PyObject* codes);

  // How many strings a value has, if an array has kMany items: more than kMany are not counted.
  static constexpr int kMany = 3;
  int count_strings(std::uint32_t entry) const;

  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  const Record& record(const Node& node) const { return records_[node.of]; }
  const Literal& literal(const Node& node) const { return literals_[node.of]; }

  int traverse(visitproc visit, void* arg) const;
  void clear();

 private:
  Py_ssize_t add_type(const char* code);
  int count_strings(std::uint32_t entry, std::vector<bool>& seen) const;
  bool add_literal(PyObject* members);
  bool add_fields(PyObject* codes, Record& record);

  std::vector<Node> nodes_;
  // Not a vector: while a record is read its class may run Python code, which may add programs.
  std::deque<Record> records_;
  std::vector<Literal> literals_;
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
bool encode_declared(ByteSink& sink, PyObject* value, HostObjects& hosts, const Program& program,
                     const EncodeOptions& options = {});

// Borrowed; null when it does not equal a member or is of another kind, with or without an
// exception.
PyObject* find_member(const Literal& literal, PyObject* value);

// Whether an exception is set that says nothing about the value: MemoryError, KeyboardInterrupt.
// Clears any other.
bool is_beyond_value();

// Whether it is a contiguous view of doubles in one dimension.
bool is_float64_view(PyObject* view);

}  // namespace ringsnake::python
