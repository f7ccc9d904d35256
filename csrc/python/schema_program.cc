#include "schema_program.h"

#include <algorithm>
#include <string_view>

namespace ringsnake::python {
namespace {

bool refuse(const char* what) {
  PyErr_SetString(PyExc_ValueError, what);
  return false;
}

Ref item_of(PyObject* tuple, Py_ssize_t index) { return Ref(PySequence_GetItem(tuple, index)); }

// Room for as many as the tuple has, of which each is then compiled into its place. Types may reach
// themselves and each other: their numbers are known before what they are made of.
template <typename Entries>
bool make_room(PyObject* tuple, Entries& entries) {
  const Py_ssize_t count = PyTuple_Size(tuple);
  if (count < 0) return false;
  entries.resize(static_cast<std::size_t>(count));
  return true;
}

template <typename Add>
bool add_each(PyObject* tuple, Add add) {
  const Py_ssize_t count = PyTuple_Size(tuple);
  if (count < 0) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!add(PyTuple_GetItem(tuple, i), static_cast<std::size_t>(i))) return false;
  }
  return true;
}

}  // namespace

bool Schema::compile(const SchemaSource& source) {
  const bool has_room = make_room(source.records, records_) && make_room(source.maps, maps_) &&
                        make_room(source.tuples, tuples_) && make_room(source.unions, unions_) &&
                        make_room(source.aliases, aliases_);
  if (!has_room) return false;
  const auto add_pattern = [&](PyObject* full_match, std::size_t) {
    patterns_.push_back({Ref(Py_NewRef(full_match))});
    return true;
  };
  const bool compiled =
      add_each(source.literals, [&](PyObject* each, std::size_t) { return add_literal(each); }) &&
      add_each(source.enums, [&](PyObject* each, std::size_t) { return add_enum(each); }) &&
      add_each(source.patterns, add_pattern) &&
      add_each(source.arrays, [&](PyObject* each, std::size_t) { return add_array(each); }) &&
      add_each(source.maps,
               [&](PyObject* each, std::size_t i) { return add_map(each, maps_[i]); }) &&
      add_each(source.tuples,
               [&](PyObject* each, std::size_t i) { return add_tuple(each, tuples_[i]); }) &&
      add_each(
          source.unions,
          [&](PyObject* each, std::size_t i) { return add_codes(each, unions_[i].branches); }) &&
      add_each(source.aliases,
               [&](PyObject* each, std::size_t i) { return add_code(each, &aliases_[i]); }) &&
      add_each(source.records,
               [&](PyObject* each, std::size_t i) { return add_record(each, records_[i]); });
  if (!compiled) return false;
  for (const Record& record : records_)
    declared_.push_back(reinterpret_cast<const PyTypeObject*>(record.type.get()));
  for (const Enumeration& each : enums_) declared_.push_back(each.type);
  std::ranges::sort(declared_);
  // Now that all maps are known.
  for (Node& node : nodes_) settle(node);
  is_compiled_ = true;
  return true;
}

bool Schema::declares(const PyTypeObject* type) const {
  return std::ranges::binary_search(declared_, type);
}

bool Schema::add_literal(PyObject* source) {
  const Ref is_open(item_of(source, 1));
  Literal literal{item_of(source, 0), Ref(PyDict_New()), is_open.get() == Py_True};
  PyObject* const members = literal.members.get();
  PyObject* const texts = literal.texts.get();
  const auto add = [&](PyObject* member, std::size_t) {
    return PyUnicode_Check(member) == 0 || PyDict_SetItem(texts, member, member) == 0;
  };
  if (!is_open || members == nullptr || texts == nullptr || !add_each(members, add)) return false;
  literals_.push_back(std::move(literal));
  return true;
}

bool Schema::add_enum(PyObject* source) {
  const Ref is_open(item_of(source, 2));
  Enumeration made{item_of(source, 0), item_of(source, 1), Ref(PyDict_New()), nullptr,
                   is_open.get() == Py_True};
  if (!is_open || !made.members || !made.values || !made.by_value) return false;
  if (PyTuple_Size(made.values.get()) != PyTuple_Size(made.members.get()))
    return refuse("an enumeration needs a value for each member");
  const auto add = [&](PyObject* member, std::size_t i) {
    PyObject* const value = PyTuple_GetItem(made.values.get(), static_cast<Py_ssize_t>(i));
    const bool is_known = Py_TYPE(value) == &PyUnicode_Type || Py_TYPE(value) == &PyLong_Type;
    made.type = Py_TYPE(member);
    return !is_known || PyDict_SetItem(made.by_value.get(), value, member) == 0;
  };
  if (!add_each(made.members.get(), add)) return false;
  enums_.push_back(std::move(made));
  return true;
}

bool Schema::add_array(PyObject* source) {
  NdArrayType array{item_of(source, 0), item_of(source, 1)};
  if (!array.to_wire || !array.from_wire) return false;
  arrays_.push_back(std::move(array));
  return true;
}

bool Schema::add_map(PyObject* source, MapType& map) {
  const Ref key(item_of(source, 0));
  const Ref value(item_of(source, 1));
  return key && value && add_code(key.get(), &map.key) && add_code(value.get(), &map.value);
}

bool Schema::add_tuple(PyObject* source, TupleType& tuple) {
  const Ref codes(item_of(source, 0));
  const Ref least(item_of(source, 1));
  const Ref rest(item_of(source, 2));
  if (!codes || !least || !rest || !add_codes(codes.get(), tuple.items)) return false;
  tuple.least = PyLong_AsSize_t(least.get());
  if (PyErr_Occurred() != nullptr) return false;
  return rest.get() == Py_None || add_code(rest.get(), &tuple.rest);
}

bool Schema::add_record(PyObject* source, Record& record) {
  const Ref type(item_of(source, 0));
  const Ref codes(item_of(source, 1));
  const Ref names(item_of(source, 2));
  const Ref slots(item_of(source, 3));
  Ref taken(item_of(source, 4));
  if (!type || !codes || !names || !slots || !taken || !add_fields(codes.get(), record))
    return false;
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
  if (taken.get() != Py_None) record.taken = std::move(taken);
  return true;
}

bool Schema::add_fields(PyObject* codes, Record& record) {
  std::vector<std::uint32_t> nodes;
  if (!add_codes(codes, nodes)) return false;
  for (const std::uint32_t node : nodes) {
    Field field;
    field.node = node;
    record.fields.push_back(std::move(field));
  }
  return true;
}

bool Schema::add_codes(PyObject* codes, std::vector<std::uint32_t>& nodes) {
  return add_each(codes, [&](PyObject* code, std::size_t) {
    std::uint32_t node = 0;
    if (!add_code(code, &node)) return false;
    nodes.push_back(node);
    return true;
  });
}

int Schema::traverse(visitproc visit, void* arg) const {
  for (const Record& record : records_) {
    Py_VISIT(record.type.get());
    for (const Field& field : record.fields) Py_VISIT(field.slot.descriptor());
  }
  for (const Enumeration& each : enums_) {
    Py_VISIT(each.members.get());
    Py_VISIT(each.by_value.get());
  }
  for (const NdArrayType& each : arrays_) {
    Py_VISIT(each.to_wire.get());
    Py_VISIT(each.from_wire.get());
  }
  return 0;
}

namespace {

// What JavaScript tells apart by `typeof`.
enum class LiteralKind : std::uint8_t { kOther, kText, kTruth, kNumber };

LiteralKind kind_of(PyObject* value) {
  if (Py_TYPE(value) == &PyUnicode_Type) return LiteralKind::kText;
  if (Py_TYPE(value) == &PyBool_Type) return LiteralKind::kTruth;
  const bool is_number = Py_TYPE(value) == &PyLong_Type || Py_TYPE(value) == &PyFloat_Type;
  return is_number ? LiteralKind::kNumber : LiteralKind::kOther;
}

}  // namespace

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

PyObject* find_value(const Enumeration& enumeration, PyObject* member) {
  if (Py_TYPE(member) != enumeration.type) return nullptr;
  const Py_ssize_t count = PyTuple_Size(enumeration.members.get());
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyTuple_GetItem(enumeration.members.get(), i) == member)
      return PyTuple_GetItem(enumeration.values.get(), i);
  }
  return nullptr;
}

PyObject* find_member(const Enumeration& enumeration, PyObject* value) {
  // These equal no value of another class than their own, but a bool, which is one.
  const bool is_known = Py_TYPE(value) == &PyUnicode_Type || Py_TYPE(value) == &PyLong_Type;
  return is_known ? PyDict_GetItemWithError(enumeration.by_value.get(), value) : nullptr;
}

bool is_beyond_value() {
  if (PyErr_Occurred() == nullptr) return false;
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0 ||
      PyErr_ExceptionMatches(PyExc_MemoryError) != 0)
    return true;
  PyErr_Clear();
  return false;
}

bool is_clamped(HostObjects& hosts, PyObject* value) {
  if (reinterpret_cast<PyObject*>(Py_TYPE(value)) != hosts.get(Host::kNdArray)) return false;
  PyObject* const name = hosts.get(Host::kNameDtype);
  const Ref dtype(name == nullptr ? nullptr : PyObject_GetAttr(value, name));
  return dtype && PyUnicode_Check(dtype.get()) != 0 &&
         PyUnicode_CompareWithASCIIString(dtype.get(), "uint8Clamped") == 0;
}

bool is_view_of(PyObject* view, char item) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(view, &buffer, PyBUF_FULL_RO) != 0) return false;
  const std::string_view name(buffer.format == nullptr ? "" : buffer.format);
  char format = name.size() == 1 ? name[0] : '\0';
  // What `array` and numpy call the 64-bit integers of this platform.
  if (format == 'l') format = 'q';
  if (format == 'L') format = 'Q';
  // As memoryview.c_contiguous has it, which does not say so of every array of nothing.
  const bool fits = format == item && buffer.ndim == 1 && buffer.suboffsets == nullptr &&
                    (buffer.shape[0] == 1 || buffer.strides[0] == buffer.itemsize);
  PyBuffer_Release(&buffer);
  return fits;
}

}  // namespace ringsnake::python
