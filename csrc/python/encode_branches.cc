// Which branch of a union a value is of. Twin: python/ringsnake/_wire/branches.py, which decides
// the same and is asked about everything that is seldom.
#include "declared_encoder.h"

namespace ringsnake::python {

bool DeclaredEncoder::write_union(const UnionType& type, PyObject* value) {
  const Kind kind = kind_of(value);
  if (kind == Kind::kOther) return false;
  const std::size_t count = type.branches.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Look look = look_at(type.branches[i], value, kind);
    if (look == Look::kUnsure) return false;
    if (look == Look::kNo || look == Look::kInherits) continue;
    if (!begin(2) || !encoder_.write_integer(static_cast<long long>(i)) ||
        !write(type.branches[i], value))
      return false;
    encoder_.leave();
    return true;
  }
  return false;
}

DeclaredEncoder::Kind DeclaredEncoder::kind_of(PyObject* value) {
  PyTypeObject* const type = Py_TYPE(value);
  if (type == &PyUnicode_Type) return Kind::kText;
  if (type == &PyLong_Type) return Kind::kInteger;
  if (type == &PyFloat_Type) return Kind::kFloat;
  if (type == &PyBool_Type) return Kind::kTruth;
  if (value == Py_None) return Kind::kNone;
  if (type == &PyList_Type || type == &PyTuple_Type) return Kind::kSequence;
  if (type == &PyDict_Type) return Kind::kMapping;
  if (type == &PyBytes_Type || type == &PyByteArray_Type) return Kind::kBytes;
  if (type == &PyMemoryView_Type) return Kind::kView;
  if (type == &PySet_Type || type == &PyFrozenSet_Type) return Kind::kSet;
  if (schema_.declares(type)) {
    if (PyUnicode_Check(value) != 0) return Kind::kText;
    return PyLong_Check(value) != 0 ? Kind::kInteger : Kind::kDeclared;
  }
  auto* const class_of = reinterpret_cast<PyObject*>(type);
  if (value == hosts_.get(Host::kUnset)) return Kind::kUnset;
  if (class_of == hosts_.get(Host::kDatetime)) return Kind::kDate;
  if (class_of == hosts_.get(Host::kMap)) return Kind::kMapping;
  return class_of == hosts_.get(Host::kUrl) ? Kind::kText : Kind::kOther;
}

DeclaredEncoder::Look DeclaredEncoder::look_at(std::uint32_t index, PyObject* value, Kind kind) {
  const Node node = schema_.node(index);
  switch (node.shape) {
    case Shape::kString:
    case Shape::kUrl:
      return look(kind == Kind::kText);
    case Shape::kPattern:
      return kind == Kind::kText ? look_at_text(schema_.pattern(node), value) : Look::kNo;
    case Shape::kNumber:
      return look_at_number(value, kind);
    case Shape::kInteger:
    case Shape::kBigint:
      return look(kind == Kind::kInteger);
    case Shape::kBoolean:
      return look(kind == Kind::kTruth);
    case Shape::kNull:
      return look(kind == Kind::kNone);
    case Shape::kUndefined:
      return look(kind == Kind::kUnset);
    case Shape::kDate:
      return look(kind == Kind::kDate);
    case Shape::kRegExp:
      return Look::kNo;
    case Shape::kBytes:
    case Shape::kBytesView:
      return look(kind == Kind::kBytes || kind == Kind::kView);
    case Shape::kTypedArray:
    case Shape::kNdArray:
      return kind == Kind::kDeclared ? Look::kUnsure : look(kind == Kind::kView);
    case Shape::kUnknown:
    case Shape::kVoid:
      return Look::kYes;
    case Shape::kLiteral:
      return look_at_literal(schema_.literal(node), value, kind);
    case Shape::kEnum:
      return look_at_enum(schema_.enumeration(node), value, kind);
    case Shape::kArray:
    case Shape::kTuple:
      return look(kind == Kind::kSequence);
    case Shape::kSet:
    case Shape::kFrozenSet:
      return look(kind == Kind::kSet);
    case Shape::kDict:
    case Shape::kNumberedDict:
    case Shape::kMap:
      return look(kind == Kind::kMapping);
    case Shape::kRecord: {
      auto* const type = reinterpret_cast<PyTypeObject*>(schema_.record(node).type.get());
      if (Py_TYPE(value) == type) return Look::kYes;
      const bool inherits = kind == Kind::kDeclared && PyType_IsSubtype(Py_TYPE(value), type) != 0;
      return inherits ? Look::kInherits : Look::kNo;
    }
    case Shape::kAlias:
      return look_at(schema_.alias(node), value, kind);
    case Shape::kUnion: {
      Look best = Look::kNo;
      for (const std::uint32_t branch : schema_.branches(node).branches) {
        const Look found = look_at(branch, value, kind);
        if (found == Look::kInherits)
          best = found;
        else if (found != Look::kNo)
          return found;
      }
      return best;
    }
    case Shape::kNullable:
    case Shape::kOptional:
    case Shape::kOptionalOrNull:
      if (kind == Kind::kNone || kind == Kind::kUnset) return Look::kYes;
      return look_at(node.of, value, kind);
    case Shape::kArguments:
    case Shape::kReferred:
      break;
  }
  return Look::kUnsure;
}

DeclaredEncoder::Look DeclaredEncoder::look_at_number(PyObject* value, Kind kind) {
  constexpr long long kExactFloat = 1LL << 53;
  if (kind != Kind::kInteger) return look(kind == Kind::kFloat);
  int overflow = 0;
  const long long integer = PyLong_AsLongLongAndOverflow(value, &overflow);
  return look(overflow == 0 && integer >= -kExactFloat && integer <= kExactFloat);
}

// Of another form it is not this branch's, whatever it looks like.
DeclaredEncoder::Look DeclaredEncoder::look_at_text(const Pattern& pattern, PyObject* value) {
  if (Py_TYPE(value) != &PyUnicode_Type) return Look::kUnsure;
  const Ref match(PyObject_CallFunctionObjArgs(pattern.full_match.get(), value, nullptr));
  return match ? look(match.get() != Py_None) : Look::kUnsure;
}

DeclaredEncoder::Look DeclaredEncoder::look_at_literal(const Literal& literal, PyObject* value,
                                                       Kind kind) {
  if (kind != Kind::kText && kind != Kind::kInteger && kind != Kind::kFloat && kind != Kind::kTruth)
    return Look::kNo;
  // One that only looks like one of these, as a member of an enumeration may.
  if (schema_.declares(Py_TYPE(value)) || (kind == Kind::kText && !PyUnicode_CheckExact(value)))
    return Look::kUnsure;
  const bool is_member = find_member(literal, value) != nullptr;
  if (PyErr_Occurred() != nullptr || (literal.is_open && !is_member)) return Look::kUnsure;
  return look(is_member);
}

DeclaredEncoder::Look DeclaredEncoder::look_at_enum(const Enumeration& enumeration, PyObject* value,
                                                    Kind kind) {
  if (find_value(enumeration, value) != nullptr) return Look::kYes;
  if (kind != Kind::kText && kind != Kind::kInteger && kind != Kind::kFloat &&
      kind != Kind::kTruth && kind != Kind::kDeclared)
    return Look::kNo;
  const int found = PySequence_Contains(enumeration.members.get(), value);
  return found < 0 || (enumeration.is_open && found == 0) ? Look::kUnsure : look(found != 0);
}

}  // namespace ringsnake::python
