// Declared types from the wire: straight into the objects that the user gets.
#include <array>

#include "collector_pause.h"
#include "declared_decoder.h"
#include "py_fast.h"

namespace ringsnake::python {

namespace {

constexpr long long kSafe = (1LL << 53) - 1;
constexpr long long kExactFloat = 1LL << 53;

// `value` if it is an int within ±`most`; else null. Takes the reference.
PyObject* within(PyObject* value, long long most) {
  if (value == nullptr) return nullptr;
  int overflow = 0;
  if (Py_TYPE(value) == &PyLong_Type) {
    const long long integer = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0 && integer >= -most && integer <= most) return value;
  }
  Py_DECREF(value);
  return nullptr;
}

// Takes the value over. The object is new: its slots are empty.
bool store(const Record& record, const Field& field, PyObject* made, PyObject* value) {
  if (record.allocate != nullptr) return field.slot.fill(made, value);
  const int failed = PyDict_SetItem(made, field.name.get(), value);
  Py_DECREF(value);
  return failed == 0;
}

}  // namespace

PyObject* DeclaredDecoder::read(std::uint32_t index) {
  const Node node = schema_.node(index);
  switch (node.shape) {
    case Shape::kNumber:
      return read_number();
    case Shape::kString:
      return read_text();
    case Shape::kInteger:
      return read_integer();
    case Shape::kBoolean:
      return exactly(&PyBool_Type, decoder_.read());
    case Shape::kBigint:
      return exactly(&PyLong_Type, decoder_.read());
    case Shape::kNull:
      return exactly(Py_TYPE(Py_None), decoder_.read());
    case Shape::kUndefined:
      return take_undefined() ? Py_XNewRef(decoder_.hosts_.get(Host::kUnset)) : nullptr;
    case Shape::kUnknown:
      return decoder_.read();
    case Shape::kDate:
      return read_date();
    case Shape::kUrl:
      return read_url();
    case Shape::kRegExp:
      return read_regexp();
    case Shape::kBytes:
      return exactly(&PyBytes_Type, decoder_.read());
    case Shape::kBytesView:
      return read_bytes_view();
    case Shape::kTypedArray:
      return read_typed_array(node.of);
    case Shape::kVoid:
      return Ref(decoder_.read()) ? Py_NewRef(Py_None) : nullptr;
    case Shape::kLiteral:
      return read_literal(schema_.literal(node));
    case Shape::kEnum:
      return read_enum(schema_.enumeration(node));
    case Shape::kPattern:
      return read_pattern(schema_.pattern(node));
    case Shape::kNdArray:
      return read_ndarray(schema_.array(node));
    case Shape::kMap:
      return read_map(schema_.map(node));
    case Shape::kTuple:
      return read_tuple(schema_.tuple(node));
    case Shape::kUnion:
      return read_union(schema_.branches(node));
    case Shape::kAlias:
      return read(schema_.alias(node));
    case Shape::kRecord:
      return read_record(schema_.record(node));
    case Shape::kArguments:
      return read_arguments(schema_.record(node));
    case Shape::kArray:
      return read_array(node.of);
    case Shape::kSet:
    case Shape::kFrozenSet:
      return read_set(node.of, node.shape == Shape::kFrozenSet);
    case Shape::kDict:
      return read_dict(node.of);
    case Shape::kNumberedDict:
      return read_numbered(node.of);
    case Shape::kNullable:
      return take_nil() ? Py_NewRef(Py_None) : read(node.of);
    case Shape::kOptional:
      return take_undefined() ? Py_NewRef(Py_None) : read(node.of);
    case Shape::kOptionalOrNull:
      return take_undefined() ? Py_XNewRef(decoder_.hosts_.get(Host::kUnset)) : read(node.of);
    case Shape::kReferred:
      break;
  }
  return nullptr;
}

PyObject* DeclaredDecoder::read_number() {
  std::uint8_t tag = 0;
  if (!decoder_.read_tag(tag)) return nullptr;
  if (tag == kFloat64) {
    std::uint64_t bits = 0;
    return decoder_.take(bits) ? PyFloat_FromDouble(std::bit_cast<double>(bits)) : nullptr;
  }
  if (tag <= kMaxPositiveFixint || tag >= kNegativeFixint)
    return PyFloat_FromDouble(static_cast<std::int8_t>(tag));
  if (tag < kFloat32 || tag > kInt64) return nullptr;
  PyObject* const value = decoder_.read_after(tag);
  if (tag == kFloat32) return value;
  const Ref integer(within(value, kExactFloat));
  return integer ? PyFloat_FromDouble(static_cast<double>(PyLong_AsLongLong(integer.get())))
                 : nullptr;
}

PyObject* DeclaredDecoder::read_integer() {
  std::uint8_t tag = 0;
  if (!decoder_.read_tag(tag)) return nullptr;
  if (tag <= kMaxPositiveFixint || tag >= kNegativeFixint)
    return PyLong_FromLong(static_cast<std::int8_t>(tag));
  if (tag < kUint8 || tag > kInt64) return nullptr;
  PyObject* const value = decoder_.read_integer(tag);
  return tag == kUint64 || tag == kInt64 ? within(value, kSafe) : value;
}

PyObject* DeclaredDecoder::read_literal(const Literal& literal) {
  const Ref value(read_known());
  return value ? Py_XNewRef(find_member(literal, value.get())) : nullptr;
}

PyObject* DeclaredDecoder::read_array(std::uint32_t item_node) {
  std::size_t count = 0;
  if (!take_head(&count)) return nullptr;
  // The budget bounds the count by the length of the message.
  Ref list(PyList_New(static_cast<Py_ssize_t>(count)));
  if (!list) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = read(item_node);
    if (item == nullptr || !fill_list(list.get(), static_cast<Py_ssize_t>(i), item)) return nullptr;
  }
  decoder_.leave();
  return list.release();
}

PyObject* DeclaredDecoder::read_arguments(const Record& record) {
  const std::size_t expected = record.fields.size();
  std::size_t count = 0;
  if (!take_head(&count) || count != expected) return nullptr;
  Ref list(PyList_New(static_cast<Py_ssize_t>(count)));
  if (!list) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = read(record.fields[i].node);
    if (item == nullptr || !fill_list(list.get(), static_cast<Py_ssize_t>(i), item)) return nullptr;
  }
  decoder_.leave();
  return list.release();
}

bool DeclaredDecoder::read_arguments(const Record& record, std::span<PyObject*> out) {
  std::size_t count = 0;
  if (!take_head(&count) || count != out.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = read(record.fields[i].node);
    if (out[i] != nullptr) continue;
    for (PyObject*& item : out.first(i)) Py_CLEAR(item);
    return false;
  }
  decoder_.leave();
  return true;
}

PyObject* DeclaredDecoder::read_record(const Record& record) {
  std::size_t count = 0;
  if (!take_head(&count) || count != record.fields.size()) return nullptr;
  auto* const type = reinterpret_cast<PyTypeObject*>(record.type.get());
  Ref made(record.allocate != nullptr ? record.allocate(type, 0) : PyDict_New());
  if (!made) return nullptr;
  for (const Field& field : record.fields) {
    const bool is_extra = record.taken && &field == &record.fields.back();
    PyObject* const value = is_extra ? read_extra(record, field.node) : read(field.node);
    if (value == nullptr || !store(record, field, made.get(), value)) return nullptr;
  }
  decoder_.leave();
  if (record.allocate != nullptr) return made.release();
  const Ref none(PyTuple_New(0));
  return none ? PyObject_Call(record.type.get(), none.get(), made.get()) : nullptr;
}

PyObject* decode_declared(std::span<const std::byte> bytes, HostObjects& hosts,
                          const Program& program, const DecodeOptions& options) {
  {
    const CollectorPause pause(bytes.size());
    // References are converted below, once.
    DecodeOptions plain = options;
    plain.references = nullptr;
    Decoder decoder(bytes, hosts, plain);
    decoder.open_block();
    Ref value(DeclaredDecoder(decoder, *program.schema).read(program.entry));
    if (value && decoder.finish()) return value.release();
    if (is_beyond_value()) return nullptr;
  }
  // What is wrong with the bytes comes before what is wrong with the value.
  const Ref wire(decode_value(bytes, hosts, options));
  if (!wire) return nullptr;
  PyObject* const references = options.references == nullptr ? Py_None : options.references;
  return PyObject_CallFunctionObjArgs(program.from_wire, wire.get(), references, nullptr);
}

std::optional<std::size_t> argument_count(const Program& program) {
  const Schema& schema = *program.schema;
  const Node node = schema.node(program.entry);
  if (node.shape != Shape::kArguments) return std::nullopt;
  return schema.record(node).fields.size();
}

bool decode_arguments(std::span<const std::byte> bytes, HostObjects& hosts, const Program& program,
                      const DecodeOptions& options, std::span<PyObject*> out) {
  const CollectorPause pause(bytes.size());
  Decoder decoder(bytes, hosts, options);
  decoder.open_block();
  const Schema& schema = *program.schema;
  const Record& record = schema.record(schema.node(program.entry));
  if (DeclaredDecoder(decoder, schema).read_arguments(record, out)) {
    if (decoder.finish()) return true;
    for (PyObject*& item : out) Py_CLEAR(item);
  }
  static_cast<void>(is_beyond_value());
  return false;
}

}  // namespace ringsnake::python
