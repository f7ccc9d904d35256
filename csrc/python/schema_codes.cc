// Codes of types, as generated code states them, to nodes. What they mean: ARCHITECTURE.md, "Schema
// programs".
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "schema_program.h"

namespace ringsnake::python {
namespace {

std::optional<Shape> shape_of(char code) {
  switch (code) {
    case 's':
      return Shape::kString;
    case 'f':
      return Shape::kNumber;
    case 'i':
      return Shape::kInteger;
    case 'b':
      return Shape::kBoolean;
    case 'n':
      return Shape::kBigint;
    case '0':
      return Shape::kNull;
    case 'z':
      return Shape::kUndefined;
    case 'x':
      return Shape::kUnknown;
    case 't':
      return Shape::kDate;
    case 'w':
      return Shape::kUrl;
    case 'e':
      return Shape::kRegExp;
    case 'y':
    case 'B':
    case 'V':
      return Shape::kBytes;
    case 'Y':
      return Shape::kBytesView;
    case 'v':
      return Shape::kVoid;
    case 'o':
    case 'c':
    case '*':
      return Shape::kReferred;
    case 'd':
    case 'a':
      return Shape::kTypedArray;
    case 'l':
      return Shape::kLiteral;
    case 'E':
      return Shape::kEnum;
    case 'P':
      return Shape::kPattern;
    case 'N':
      return Shape::kNdArray;
    case 'm':
      return Shape::kMap;
    case 'p':
      return Shape::kTuple;
    case 'u':
      return Shape::kUnion;
    case 'g':
      return Shape::kAlias;
    case 'r':
      return Shape::kRecord;
    case '[':
      return Shape::kArray;
    case '{':
      return Shape::kSet;
    case '(':
      return Shape::kFrozenSet;
    case 'D':
      return Shape::kDict;
    case 'I':
      return Shape::kNumberedDict;
    case '|':
      return Shape::kNullable;
    case '?':
      return Shape::kOptional;
    case '~':
      return Shape::kOptionalOrNull;
    default:
      return std::nullopt;
  }
}

bool refuse(const char* what) {
  PyErr_SetString(PyExc_ValueError, what);
  return false;
}

bool is_prefix(Shape shape) { return shape >= Shape::kArray; }
bool is_numbered(Shape shape) { return shape >= Shape::kLiteral && shape < Shape::kArray; }

}  // namespace

bool Schema::add_code(PyObject* code, std::uint32_t* node) {
  const char* const text = PyUnicode_AsUTF8AndSize(code, nullptr);
  const Py_ssize_t added = text == nullptr ? -1 : add_type(text);
  if (added >= 0) *node = static_cast<std::uint32_t>(added);
  return added >= 0;
}

Py_ssize_t Schema::add(PyObject* codes) {
  if (PyUnicode_Check(codes) != 0) {
    std::uint32_t node = 0;
    return add_code(codes, &node) ? static_cast<Py_ssize_t>(node) : -1;
  }
  Record arguments;
  if (!add_fields(codes, arguments)) return -1;
  nodes_.push_back({Shape::kArguments, static_cast<std::uint32_t>(records_.size())});
  records_.push_back(std::move(arguments));
  return static_cast<Py_ssize_t>(nodes_.size() - 1);
}

Py_ssize_t Schema::add_type(const char* code) {
  const std::optional<Shape> shape = shape_of(*code);
  if (!shape) {
    refuse("a type's code is malformed");
    return -1;
  }
  Node node{*shape};
  if (is_prefix(*shape)) {
    if (!add_inner(code + 1, node)) return -1;
  } else if (is_numbered(*shape)) {
    if (!number_of(code + 1, node)) return -1;
  } else if (*shape == Shape::kTypedArray) {
    const std::string_view rest(code + 1);
    const bool is_whole = *code == 'd' ? rest.empty() : rest.size() == 1;
    if (!is_whole && !refuse("a type's code is malformed")) return -1;
    node.of = static_cast<unsigned char>(*code == 'd' ? 'd' : code[1]);
  } else if (*shape != Shape::kReferred && code[1] != '\0') {
    refuse("a type's code is malformed");
    return -1;
  }
  // Of those that are compiled with the schema later, when all of it is known.
  if (is_compiled_) settle(node);
  nodes_.push_back(node);
  return static_cast<Py_ssize_t>(nodes_.size() - 1);
}

bool Schema::add_inner(const char* code, Node& node) {
  const Py_ssize_t inner = add_type(code);
  if (inner >= 0) node.of = static_cast<std::uint32_t>(inner);
  return inner >= 0;
}

bool Schema::number_of(const char* code, Node& node) const {
  char* end = nullptr;
  const unsigned long number = std::strtoul(code, &end, 10);
  if (end == code || *end != '\0' || number >= count_of(node.shape))
    return refuse("a type's code names what is not there");
  node.of = static_cast<std::uint32_t>(number);
  return true;
}

std::size_t Schema::count_of(Shape shape) const {
  switch (shape) {
    case Shape::kLiteral:
      return literals_.size();
    case Shape::kEnum:
      return enums_.size();
    case Shape::kPattern:
      return patterns_.size();
    case Shape::kNdArray:
      return arrays_.size();
    case Shape::kMap:
      return maps_.size();
    case Shape::kTuple:
      return tuples_.size();
    case Shape::kUnion:
      return unions_.size();
    case Shape::kAlias:
      return aliases_.size();
    default:
      return records_.size();
  }
}

// What is looked up by its hash is only known here if it and its form on the wire have one.
void Schema::settle(Node& node) const {
  const bool is_set = node.shape == Shape::kSet || node.shape == Shape::kFrozenSet;
  const bool is_known =
      is_set ? is_hashable(node.of) : node.shape != Shape::kMap || is_hashable(maps_[node.of].key);
  if (!is_known) node.shape = Shape::kReferred;
}

bool Schema::is_hashable(std::uint32_t entry) const {
  const Node& node = nodes_[entry];
  switch (node.shape) {
    case Shape::kNullable:
    case Shape::kOptional:
    case Shape::kOptionalOrNull:
      return is_hashable(node.of);
    case Shape::kRegExp:
    case Shape::kVoid:
    case Shape::kReferred:
    case Shape::kBytesView:
    case Shape::kTypedArray:
      return false;
    default:
      return node.shape <= Shape::kPattern;
  }
}

bool Schema::fills_block(std::uint32_t entry) const {
  KnownStrings known;
  const Strings strings = strings_of(entry, known);
  return strings.count >= kMany && !strings.in_place;
}

Schema::Strings Schema::strings_of(std::uint32_t entry, KnownStrings& known) const {
  const Node& node = nodes_[entry];
  switch (node.shape) {
    case Shape::kString:
    case Shape::kPattern:
      return {1};
    case Shape::kRegExp:
      return {2};
    case Shape::kUnknown:
      return {0, true};
    case Shape::kArray:
    case Shape::kSet:
    case Shape::kFrozenSet:
    case Shape::kDict:
    case Shape::kNumberedDict:
      // Keys come again and again: whoever reads them knows them.
      return many(strings_of(node.of, known));
    case Shape::kNullable:
    case Shape::kOptional:
    case Shape::kOptionalOrNull:
      return strings_of(node.of, known);
    default:
      break;
  }
  if (node.shape < Shape::kMap) return {};
  // Around itself it has none: a type that reaches itself ends.
  const auto [place, is_new] = known.try_emplace({node.shape, node.of});
  if (is_new) place->second = strings_of_parts(node, known);
  return place->second;
}

Schema::Strings Schema::strings_of_parts(const Node& node, KnownStrings& known) const {
  Strings strings;
  const auto add = [&](std::uint32_t part) { strings = both(strings, strings_of(part, known)); };
  switch (node.shape) {
    case Shape::kMap:
      add(maps_[node.of].key);
      add(maps_[node.of].value);
      return many(strings);
    case Shape::kTuple:
      std::ranges::for_each(tuples_[node.of].items, add);
      if (tuples_[node.of].rest != TupleType::kNoRest)
        strings = both(strings, many(strings_of(tuples_[node.of].rest, known)));
      return strings;
    case Shape::kUnion:
      for (const std::uint32_t branch : unions_[node.of].branches) {
        const Strings one = strings_of(branch, known);
        strings = {std::max(strings.count, one.count), strings.in_place || one.in_place};
      }
      return strings;
    case Shape::kAlias:
      add(aliases_[node.of]);
      return strings;
    default:
      for (const Field& field : records_[node.of].fields) add(field.node);
      return strings;
  }
}

Schema::Strings Schema::both(Strings one, Strings other) {
  return {std::min(one.count + other.count, kMany), one.in_place || other.in_place};
}

Schema::Strings Schema::many(Strings each) { return {each.count == 0 ? 0 : kMany, each.in_place}; }

}  // namespace ringsnake::python
