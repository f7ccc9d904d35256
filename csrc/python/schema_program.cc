#include "schema_program.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace ringsnake::python {
namespace {

bool refuse(const char* what) {
  PyErr_SetString(PyExc_ValueError, what);
  return false;
}

Ref item_of(PyObject* tuple, Py_ssize_t index) { return Ref(PySequence_GetItem(tuple, index)); }

bool shape_of(char code, Shape* out) {
  switch (code) {
    case 's':
      *out = Shape::kString;
      return true;
    case 'f':
      *out = Shape::kNumber;
      return true;
    case 'i':
      *out = Shape::kInteger;
      return true;
    case 'b':
      *out = Shape::kBoolean;
      return true;
    case 'n':
      *out = Shape::kBigint;
      return true;
    case '0':
      *out = Shape::kNull;
      return true;
    case 'y':
      *out = Shape::kBytes;
      return true;
    case 'd':
      *out = Shape::kFloat64Array;
      return true;
    case 'v':
      *out = Shape::kVoid;
      return true;
    case 'o':
    case 'c':
    case '*':
    case 'x':
    case 't':
    case 'w':
    case 'e':
    case 'z':
    case 'a':
    case 'N':
    case '{':
    case '(':
    case 'D':
    case 'I':
    case 'm':
    case 'p':
    case 'u':
    case 'g':
    case 'E':
    case 'P':
      *out = Shape::kReferred;
      return true;
    case 'l':
      *out = Shape::kLiteral;
      return true;
    case 'r':
      *out = Shape::kRecord;
      return true;
    case '[':
      *out = Shape::kArray;
      return true;
    case '|':
      *out = Shape::kNullable;
      return true;
    case '?':
      *out = Shape::kOptional;
      return true;
    case '~':
      *out = Shape::kOptionalOrNull;
      return true;
    default:
      return false;
  }
}

// What JavaScript tells apart by `typeof`.
enum class LiteralKind : std::uint8_t { kOther, kText, kTruth, kNumber };

LiteralKind kind_of(PyObject* value) {
  if (Py_TYPE(value) == &PyUnicode_Type) return LiteralKind::kText;
  if (Py_TYPE(value) == &PyBool_Type) return LiteralKind::kTruth;
  const bool is_number = Py_TYPE(value) == &PyLong_Type || Py_TYPE(value) == &PyFloat_Type;
  return is_number ? LiteralKind::kNumber : LiteralKind::kOther;
}

}  // namespace

bool Schema::compile(PyObject* records, PyObject* literals) {
  const Py_ssize_t literal_count = PyTuple_Size(literals);
  const Py_ssize_t record_count = PyTuple_Size(records);
  if (literal_count < 0 || record_count < 0) return false;
  for (Py_ssize_t i = 0; i < literal_count; ++i) {
    if (!add_literal(PyTuple_GetItem(literals, i))) return false;
  }
  // Records may reach themselves and each other: their numbers are known before their fields.
  records_.resize(static_cast<std::size_t>(record_count));
  for (Py_ssize_t i = 0; i < record_count; ++i) {
    Record record;
    const Ref type(item_of(PyTuple_GetItem(records, i), 0));
    const Ref codes(item_of(PyTuple_GetItem(records, i), 1));
    const Ref names(item_of(PyTuple_GetItem(records, i), 2));
    const Ref slots(item_of(PyTuple_GetItem(records, i), 3));
    if (!type || !codes || !names || !slots || !add_fields(codes.get(), record)) return false;
    const bool is_plain = slots.get() != Py_None;
    for (std::size_t at = 0; at < record.fields.size(); ++at) {
      Field& field = record.fields[at];
      field.name = item_of(names.get(), static_cast<Py_ssize_t>(at));
      if (!field.name) return false;
      if (!is_plain) continue;
      Ref descriptor = item_of(slots.get(), static_cast<Py_ssize_t>(at));
      if (!descriptor || !field.slot.open(std::move(descriptor))) return false;
    }
    if (PyType_Check(type.get()) == 0) return refuse("a record needs a class");
    if (is_plain) {
      record.allocate = reinterpret_cast<allocfunc>(
          PyType_GetSlot(reinterpret_cast<PyTypeObject*>(type.get()), Py_tp_alloc));
    }
    record.type = Ref(Py_NewRef(type.get()));
    records_[static_cast<std::size_t>(i)] = std::move(record);
  }
  return true;
}

bool Schema::add_literal(PyObject* members) {
  const Py_ssize_t count = PyTuple_Size(members);
  Literal literal{Ref(Py_NewRef(members)), Ref(PyDict_New())};
  if (count < 0 || !literal.texts) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const member = PyTuple_GetItem(members, i);
    if (PyUnicode_Check(member) != 0 && PyDict_SetItem(literal.texts.get(), member, member) != 0)
      return false;
  }
  literals_.push_back(std::move(literal));
  return true;
}

bool Schema::add_fields(PyObject* codes, Record& record) {
  const Py_ssize_t count = PyTuple_Size(codes);
  if (count < 0) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const char* const code = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(codes, i), nullptr);
    const Py_ssize_t node = code == nullptr ? -1 : add_type(code);
    if (node < 0) return false;
    Field field;
    field.node = static_cast<std::uint32_t>(node);
    record.fields.push_back(std::move(field));
  }
  return true;
}

Py_ssize_t Schema::add(PyObject* codes) {
  if (PyUnicode_Check(codes) != 0) {
    const char* const code = PyUnicode_AsUTF8AndSize(codes, nullptr);
    return code == nullptr ? -1 : add_type(code);
  }
  Record arguments;
  if (!add_fields(codes, arguments)) return -1;
  nodes_.push_back({Shape::kArguments, static_cast<std::uint32_t>(records_.size())});
  records_.push_back(std::move(arguments));
  return static_cast<Py_ssize_t>(nodes_.size() - 1);
}

Py_ssize_t Schema::add_type(const char* code) {
  Node node{};
  if (!shape_of(*code, &node.shape)) {
    refuse("a type's code is malformed");
    return -1;
  }
  if (node.shape >= Shape::kArray) {
    const Py_ssize_t inner = add_type(code + 1);
    if (inner < 0) return -1;
    node.of = static_cast<std::uint32_t>(inner);
  } else if (node.shape >= Shape::kLiteral) {
    char* end = nullptr;
    const unsigned long number = std::strtoul(code + 1, &end, 10);
    const std::size_t count = node.shape == Shape::kLiteral ? literals_.size() : records_.size();
    if (end == code + 1 || *end != '\0' || number >= count) {
      refuse("a type's code names what is not there");
      return -1;
    }
    node.of = static_cast<std::uint32_t>(number);
  } else if (node.shape != Shape::kReferred && code[1] != '\0') {
    refuse("a type's code is malformed");
    return -1;
  }
  nodes_.push_back(node);
  return static_cast<Py_ssize_t>(nodes_.size() - 1);
}

int Schema::count_strings(std::uint32_t entry) const {
  std::vector<bool> seen(records_.size());
  return count_strings(entry, seen);
}

int Schema::count_strings(std::uint32_t entry, std::vector<bool>& seen) const {
  const Node& node = nodes_[entry];
  if (node.shape == Shape::kString) return 1;
  if (node.shape >= Shape::kArray) {
    const int inside = count_strings(node.of, seen);
    return node.shape == Shape::kArray ? std::min(inside * kMany, kMany) : inside;
  }
  if (node.shape < Shape::kRecord || seen[node.of]) return 0;
  seen[node.of] = true;
  int count = 0;
  for (const Field& field : records_[node.of].fields)
    count = std::min(count + count_strings(field.node, seen), kMany);
  seen[node.of] = false;
  return count;
}

int Schema::traverse(visitproc visit, void* arg) const {
  for (const Record& record : records_) {
    Py_VISIT(record.type.get());
    for (const Field& field : record.fields) Py_VISIT(field.slot.descriptor());
  }
  return 0;
}

void Schema::clear() {
  nodes_.clear();
  // Away before their objects are: what ends with them may look.
  const std::deque<Record> records = std::move(records_);
  const std::vector<Literal> literals = std::move(literals_);
  records_.clear();
  literals_.clear();
}

PyObject* find_member(const Literal& literal, PyObject* value) {
  const LiteralKind kind = kind_of(value);
  if (kind == LiteralKind::kText) return PyDict_GetItemWithError(literal.texts.get(), value);
  if (kind == LiteralKind::kOther) return nullptr;
  const Py_ssize_t count = PyTuple_Size(literal.members.get());
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const member = PyTuple_GetItem(literal.members.get(), i);
    if (kind_of(member) != kind) continue;
    const int equal = PyObject_RichCompareBool(member, value, Py_EQ);
    if (equal != 0) return equal > 0 ? member : nullptr;
  }
  return nullptr;
}

bool is_beyond_value() {
  if (PyErr_Occurred() == nullptr) return false;
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0 ||
      PyErr_ExceptionMatches(PyExc_MemoryError) != 0)
    return true;
  PyErr_Clear();
  return false;
}

bool is_float64_view(PyObject* view) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(view, &buffer, PyBUF_FULL_RO) != 0) return false;
  const bool is_double =
      buffer.format != nullptr && buffer.format[0] == 'd' && buffer.format[1] == '\0';
  // As memoryview.c_contiguous has it, which does not say so of every array of nothing.
  const bool fits = is_double && buffer.ndim == 1 && buffer.suboffsets == nullptr &&
                    (buffer.shape[0] == 1 || buffer.strides[0] == buffer.itemsize);
  PyBuffer_Release(&buffer);
  return fits;
}

}  // namespace ringsnake::python
