// Declared types to the wire: straight from the user's objects.
#include <limits>

#include "declared_encoder.h"
#include "utf8_units.h"
#include "value_bulk.h"

namespace ringsnake::python {
namespace {

constexpr long long kSafe = (1LL << 53) - 1;
constexpr long long kExactFloat = 1LL << 53;

bool is_within(PyObject* integer, long long most) {
  int overflow = 0;
  long long value = 0;
  if (!small_int(integer, &value)) value = PyLong_AsLongLongAndOverflow(integer, &overflow);
  return overflow == 0 && value >= -most && value <= most;
}

// New reference.
PyObject* load(const Record& record, const Field& field, PyObject* value) {
  return record.allocate == nullptr ? PyObject_GetAttr(value, field.name.get())
                                    : field.slot.load(value);
}

}  // namespace

bool DeclaredEncoder::write_in_block(std::uint32_t index, PyObject* value) {
  ByteSink& sink = encoder_.sink_;
  const std::size_t start = sink.size();
  if (sink.reserve(kBlockMessageHead) == nullptr) return false;
  BlockWriter block(hosts_.characters());
  block_ = &block;
  const bool written = encoder_.enter(nullptr) && write(index, value);
  block_ = nullptr;
  if (!written) return false;
  encoder_.leave();
  const std::size_t size = sink.size() - start - kBlockMessageHead;
  const auto blocks = block.finish();
  if (!encoder_.copy(blocks.data(), blocks.size())) return false;
  const std::size_t body = sink.size() - start - kBlockMessageHead + sizeof(std::uint32_t);
  if (body > std::numeric_limits<std::uint32_t>::max()) return false;
  std::byte* const head = sink.from(start);
  head[0] = std::byte{kExt32};
  store_big_endian(head + 1, static_cast<std::uint32_t>(body));
  head[5] = static_cast<std::byte>(wire::kExtBlock);
  store_little_endian(head + 6, static_cast<std::uint32_t>(size));
  return true;
}

bool DeclaredEncoder::write(std::uint32_t index, PyObject* value) {
  const Node node = schema_.node(index);
  PyTypeObject* const type = Py_TYPE(value);
  switch (node.shape) {
    case Shape::kString:
      return type == &PyUnicode_Type && write_text(value);
    case Shape::kNumber:
      return write_number(value);
    case Shape::kInteger:
      return type == &PyLong_Type && is_within(value, kSafe) && encoder_.write_int(value);
    case Shape::kBoolean:
      return type == &PyBool_Type && encoder_.write_tag(value == Py_True ? kTrue : kFalse);
    case Shape::kBigint:
      return type == &PyLong_Type && encoder_.write_int(value);
    case Shape::kNull:
      return value == Py_None && encoder_.write_tag(kNil);
    case Shape::kUndefined:
      return value == hosts_.get(Host::kUnset) && encoder_.write_undefined();
    case Shape::kUnknown:
      return encoder_.write(value);
    case Shape::kDate:
      return write_date(value);
    case Shape::kUrl:
      return write_url(value);
    case Shape::kRegExp:
      return write_regexp(value);
    case Shape::kBytes:
      return type == &PyBytes_Type && encoder_.write_bytes(value);
    case Shape::kBytesView:
      return write_bytes_view(value);
    case Shape::kTypedArray:
      return write_typed_array(node.of, value);
    case Shape::kVoid:
      return encoder_.write_tag(kNil);
    case Shape::kLiteral:
      return write_literal(schema_.literal(node), value);
    case Shape::kEnum:
      return write_enum(schema_.enumeration(node), value);
    case Shape::kPattern:
      return write_pattern(schema_.pattern(node), value);
    case Shape::kNdArray:
      return write_ndarray(schema_.array(node), value);
    case Shape::kMap:
      return write_map(schema_.map(node), value);
    case Shape::kTuple:
      return write_tuple(schema_.tuple(node), value);
    case Shape::kUnion:
      return write_union(schema_.branches(node), value);
    case Shape::kAlias:
      return write(schema_.alias(node), value);
    case Shape::kRecord:
      return write_record(schema_.record(node), value);
    case Shape::kArguments:
      return write_arguments(schema_.record(node), value);
    case Shape::kArray:
      return write_array(node.of, value);
    case Shape::kSet:
    case Shape::kFrozenSet:
      return write_set(node.of, value, node.shape == Shape::kFrozenSet);
    case Shape::kDict:
      return write_dict(node.of, value);
    case Shape::kNumberedDict:
      return write_numbered(node.of, value);
    case Shape::kNullable:
      return value == Py_None ? encoder_.write_tag(kNil) : write(node.of, value);
    case Shape::kOptional:
      return value == Py_None ? encoder_.write_undefined() : write(node.of, value);
    case Shape::kOptionalOrNull:
      return value == hosts_.get(Host::kUnset) ? encoder_.write_undefined() : write(node.of, value);
    case Shape::kReferred:
      break;
  }
  return false;
}

bool DeclaredEncoder::write_text(PyObject* value) {
  if (block_ == nullptr) return encoder_.write_text(value);
  const std::span<const char> ascii = ascii_of(value);
  if (ascii.data() != nullptr && ascii.size() <= wire::kBlockStringMax) {
    return encoder_.write_str_head(ascii.size()) &&
           block_->add(ascii.data(), ascii.size(), ascii.size());
  }
  const Py_ssize_t length = PyUnicode_GetLength(value);
  if (length > static_cast<Py_ssize_t>(wire::kBlockStringMax))
    return encoder_.write_as_extension(value);
  Py_ssize_t size = 0;
  const char* const utf8 = PyUnicode_AsUTF8AndSize(value, &size);
  if (utf8 == nullptr) return write_surrogates(value);
  const auto bytes = static_cast<std::size_t>(size);
  const std::size_t units = length == size ? bytes : utf16_units(utf8, bytes);
  if (units > wire::kBlockStringMax) return encoder_.write_as_extension(value);
  return encoder_.write_str_head(units) && block_->add(utf8, bytes, units);
}

// What UTF-8 cannot carry lies in its place.
bool DeclaredEncoder::write_surrogates(PyObject* value) {
  if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
  PyErr_Clear();
  return encoder_.write_as_extension(value);
}

bool DeclaredEncoder::write_number(PyObject* value) {
  if (Py_TYPE(value) == &PyFloat_Type) return encoder_.write_float(value);
  if (Py_TYPE(value) == &PyLong_Type) {
    if (!is_within(value, kExactFloat)) return false;
    const auto number = static_cast<double>(PyLong_AsLongLong(value));
    return encoder_.write_number(kFloat64, std::bit_cast<std::uint64_t>(number));
  }
  // numpy's double, above all, which is a float as well. Another class may say itself what it is.
  if (PyType_IsSubtype(Py_TYPE(value), &PyFloat_Type) == 0) return false;
  const Ref number(PyNumber_Float(value));
  return number && encoder_.write_float(number.get());
}

bool DeclaredEncoder::write_literal(const Literal& literal, PyObject* value) {
  PyObject* const member = find_member(literal, value);
  if (member == nullptr) return false;
  return Py_TYPE(member) == &PyUnicode_Type ? write_text(member) : encoder_.write(member);
}

bool DeclaredEncoder::write_array(std::uint32_t item_node, PyObject* value) {
  const bool is_list = Py_TYPE(value) == &PyList_Type;
  if (!is_list && Py_TYPE(value) != &PyTuple_Type) return false;
  const Py_ssize_t count = is_list ? list_size(value) : tuple_size(value);
  if (!begin(static_cast<std::size_t>(count))) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    // An item may run Python code, which may take it out of the list.
    const Ref item(Py_XNewRef(is_list ? list_item(value, i) : tuple_item(value, i)));
    if (!item || !write(item_node, item.get())) return false;
  }
  // And it may have made the list longer.
  if (is_list && list_size(value) != count) return false;
  encoder_.leave();
  return true;
}

bool DeclaredEncoder::write_arguments(const Record& record, PyObject* value) {
  const std::size_t count = record.fields.size();
  if (Py_TYPE(value) != &PyTuple_Type || static_cast<std::size_t>(PyTuple_Size(value)) != count ||
      !begin(count))
    return false;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = PyTuple_GetItem(value, static_cast<Py_ssize_t>(i));
    if (!write(record.fields[i].node, item)) return false;
  }
  encoder_.leave();
  return true;
}

bool DeclaredEncoder::write_record(const Record& record, PyObject* value) {
  if (Py_TYPE(value) != reinterpret_cast<PyTypeObject*>(record.type.get()) ||
      !begin(record.fields.size()))
    return false;
  for (const Field& field : record.fields) {
    const Ref item(load(record, field, value));
    if (!item || !write(field.node, item.get())) return false;
  }
  encoder_.leave();
  return true;
}

bool encode_declared(ByteSink& sink, PyObject* value, HostObjects& hosts, const Program& program,
                     const EncodeOptions& options) {
  const std::size_t start = sink.size();
  {
    Encoder encoder(sink, hosts, options);
    DeclaredEncoder declared(encoder, hosts, *program.schema);
    if (program.in_block ? declared.write_in_block(program.entry, value)
                         : declared.write(program.entry, value))
      return true;
    if (is_beyond_value()) return false;
  }
  sink.drop(sink.size() - start);
  if (options.bulk != nullptr) options.bulk->settle(false);
  PyObject* const references = options.references == nullptr ? Py_None : options.references;
  const Ref wire(PyObject_CallFunctionObjArgs(program.to_wire, value, references, nullptr));
  return wire && encode_value(sink, wire.get(), hosts, options);
}

}  // namespace ringsnake::python
