#include "value_decoder.h"

#include <array>
#include <bit>

#include "collector_pause.h"
#include "decoder.h"
#include "private_copy.h"
#include "py_fast.h"

namespace ringsnake::python {

PyObject* Decoder::read_after(std::uint8_t tag) {
  if (tag <= kMaxPositiveFixint || tag >= kNegativeFixint)
    return PyLong_FromLong(static_cast<std::int8_t>(tag));
  if (tag >= kFixstr && tag < kNil) return read_text(tag & 0x1fU);
  if (tag < kFixarray) return read_map(tag & 0x0fU);
  if (tag < kFixstr) return read_array(tag & 0x0fU);
  switch (tag) {
    case kNil:
      return Py_NewRef(Py_None);
    case kNeverUsed:
      return malformed("0xc1 is not a value");
    case kFalse:
      return Py_NewRef(Py_False);
    case kTrue:
      return Py_NewRef(Py_True);
    case kFloat32: {
      std::uint32_t bits = 0;
      return take(bits) ? PyFloat_FromDouble(double{std::bit_cast<float>(bits)}) : nullptr;
    }
    case kFloat64: {
      std::uint64_t bits = 0;
      return take(bits) ? PyFloat_FromDouble(std::bit_cast<double>(bits)) : nullptr;
    }
    case kFixext1:
    case kFixext2:
    case kFixext4:
    case kFixext8:
    case kFixext16:
      return read_ext(tag, std::size_t{1} << (tag - kFixext1));
    default:
      return tag >= kUint8 && tag <= kInt64 ? read_integer(tag) : read_sized(tag);
  }
}

PyObject* Decoder::read_integer(std::uint8_t tag) {
  std::uint8_t bits8 = 0;
  std::uint16_t bits16 = 0;
  std::uint32_t bits32 = 0;
  std::uint64_t bits64 = 0;
  switch (tag) {
    case kUint8:
      return take(bits8) ? PyLong_FromLong(bits8) : nullptr;
    case kUint16:
      return take(bits16) ? PyLong_FromLong(bits16) : nullptr;
    case kUint32:
      return take(bits32) ? PyLong_FromUnsignedLong(bits32) : nullptr;
    case kUint64:
      return take(bits64) ? PyLong_FromUnsignedLongLong(bits64) : nullptr;
    case kInt8:
      return take(bits8) ? PyLong_FromLong(static_cast<std::int8_t>(bits8)) : nullptr;
    case kInt16:
      return take(bits16) ? PyLong_FromLong(static_cast<std::int16_t>(bits16)) : nullptr;
    case kInt32:
      return take(bits32) ? PyLong_FromLong(static_cast<std::int32_t>(bits32)) : nullptr;
    default:
      return take(bits64) ? PyLong_FromLongLong(static_cast<std::int64_t>(bits64)) : nullptr;
  }
}

// What begins with a length of its own.
PyObject* Decoder::read_sized(std::uint8_t tag) {
  std::size_t size = 0;
  switch (tag) {
    case kStr8:
    case kStr16:
    case kStr32:
      return take_length(tag - kStr8, size) ? read_text(size) : nullptr;
    case kBin8:
    case kBin16:
    case kBin32:
      return take_length(tag - kBin8, size) ? read_bytes(size) : nullptr;
    case kExt8:
    case kExt16:
    case kExt32:
      return take_length(tag - kExt8, size) ? read_ext(tag, size) : nullptr;
    case kArray16:
    case kArray32:
      return take_length(tag - kArray16 + 1, size) ? read_array(size) : nullptr;
    default:
      return take_length(tag - kMap16 + 1, size) ? read_map(size) : nullptr;
  }
}

PyObject* Decoder::read_text(std::size_t size) {
  if (block_.active()) return read_block_text(size);
  const std::byte* const from = take_bytes(size);
  if (from == nullptr) return nullptr;
  PyObject* const ascii = text_from_ascii({from, size});
  if (ascii != nullptr) return ascii;
  const PrivateCopy text({from, size}, left());
  return text ? make_utf8(text.bytes()) : nullptr;
}

PyObject* Decoder::make_text(Body text) {
  PyObject* const ascii = text_from_ascii(text);
  return ascii != nullptr ? ascii : make_utf8(text);
}

PyObject* Decoder::make_utf8(Body text) {
  PyObject* const value = PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(text.data()),
                                               static_cast<Py_ssize_t>(text.size()), nullptr);
  if (value != nullptr || PyErr_ExceptionMatches(PyExc_UnicodeDecodeError) == 0) return value;
  PyErr_Clear();
  return malformed("invalid UTF-8 in a string");
}

PyObject* Decoder::read_bytes(std::size_t size) {
  const std::byte* const data = take_bytes(size);
  return data == nullptr ? nullptr : copy({data, size});
}

PyObject* Decoder::read_array(std::size_t count) {
  if (!spend(count) || !enter()) return nullptr;
  if (pending_ != kNone) return read_defined_array(count, std::exchange(pending_, kNone));
  // An object may be written as its shape and its values.
  if (count != 0 && left() != 0 && is_ext_tag(std::to_integer<std::uint8_t>(*at_)))
    return read_perhaps_shaped(count);
  return read_items(count);
}

PyObject* Decoder::read_items(std::size_t count) {
  // The budget bounds the count by the length of the message.
  PyObject* const list = PyList_New(static_cast<Py_ssize_t>(count));
  if (list == nullptr) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = read();
    if (item == nullptr || !fill_list(list, static_cast<Py_ssize_t>(i), item)) {
      Py_DECREF(list);
      return nullptr;
    }
  }
  leave();
  return list;
}

PyObject* Decoder::read_map(std::size_t count) {
  if (!spend(2 * count) || !enter()) return nullptr;
  PyObject* const dict = new_dict(count);
  if (dict == nullptr) return nullptr;
  if (pending_ != kNone && !define(std::exchange(pending_, kNone), dict)) {
    Py_DECREF(dict);
    return nullptr;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_member(dict)) {
      Py_DECREF(dict);
      return nullptr;
    }
  }
  leave();
  return dict;
}

bool Decoder::read_member(PyObject* dict) {
  PyObject* const key = read_key();
  if (key == nullptr) return false;
  PyObject* const value = read();
  const bool added = value != nullptr && PyDict_SetItem(dict, key, value) == 0;
  Py_XDECREF(value);
  Py_DECREF(key);
  return added;
}

PyObject* Decoder::read_key() {
  std::uint8_t tag = 0;
  if (!read_tag(tag)) return nullptr;
  if (tag > kFixstr && tag < kNil) return read_short_key(tag & 0x1fU);
  if (is_str_tag(tag)) return read_after(tag);
  if (is_ext_tag(tag)) {
    std::size_t size = std::size_t{1} << ((tag - kFixext1) & 0x07);
    if (tag <= kExt32 && !take_length(tag - kExt8, size)) return nullptr;
    Extension extension{};
    if (!take_ext(tag, size, &extension)) return nullptr;
    if (extension.type == wire::kExtLatin1 || extension.type == wire::kExtUtf16)
      return read_body(extension);
  }
  return malformed("a map key is not a string");
}

PyObject* Decoder::read_short_key(std::size_t size) {
  if (block_.active()) return read_block_key(size);
  const std::byte* const from = take_bytes(size);
  if (from == nullptr) return nullptr;
  // A copy, because what is kept has to be what was decoded, whoever writes to the message.
  std::array<std::byte, KeyCache::kLongest> key{};
  if (size + left() >= key.size()) {
    std::memcpy(key.data(), from, key.size());  // of a size that is known, hence quick
  } else {
    std::memcpy(key.data(), from, size);
  }
  const Body bytes(key.data(), size);
  PyObject* const known = hosts_.keys().find(bytes);
  if (known != nullptr) return Py_NewRef(known);
  PyObject* const made = make_text(bytes);
  if (made != nullptr) hosts_.keys().keep(made, bytes);
  return made;
}

bool Decoder::take_ext(std::uint8_t tag, std::size_t size, Extension* out) {
  const std::byte* const type = take_bytes(1);
  const std::byte* const body = type == nullptr ? nullptr : take_bytes(size);
  if (body == nullptr) return false;
  *out = {tag, static_cast<std::int8_t>(*type), origin_, {body, size}};
  return true;
}

PyObject* Decoder::read_ext(std::uint8_t tag, std::size_t size) {
  Extension extension{};
  return take_ext(tag, size, &extension) ? read_body(extension) : nullptr;
}

PyObject* Decoder::read_body(const Extension& extension) {
  switch (extension.type) {
    case kExtTimestamp:
      return read_moment(extension);
    case wire::kExtUndefined:
      return read_undefined(extension);
    case wire::kExtLatin1:
      return read_latin1(extension);
    case wire::kExtUtf16:
      return read_utf16(extension);
    case wire::kExtBigInteger:
      return read_big_integer(extension);
    case wire::kExtNdarray:
      return read_ndarray(extension);
    case wire::kExtBulk:
      return read_bulk(extension);
    case wire::kExtZoned:
      return read_zoned(extension);
    case wire::kExtPlain:
      return read_plain(extension);
    case wire::kExtDecimal:
      return read_decimal(extension);
    case wire::kExtUuid:
      return read_uuid(extension);
    case wire::kExtUrl:
      return read_url(extension);
    case wire::kExtReference:
      return read_reference(extension);
    case wire::kExtShape:
    case wire::kExtShapeReference:
      // Of use only at the head of an array: see decode_shapes.cc.
      return options_.shapes == nullptr ? shape_outside(extension.type) : malformed_ext(extension);
    case wire::kExtSet:
    case wire::kExtMap:
    case wire::kExtError:
    case wire::kExtDefinition:
    case wire::kExtNamed:
    case wire::kExtTuple:
      return read_container(extension);
    case wire::kExtBlock:
      return malformed_ext(extension);
    case wire::kExtObject:
      return read_object_reference(extension);
    case wire::kExtStream:
      return read_stream_reference(extension);
    default:
      return read_user_extension(extension);
  }
}

PyObject* Decoder::read_undefined(const Extension& extension) {
  // One form only, so that three bytes can be compared wherever a field may be absent.
  if (extension.tag != kFixext1 || extension.body[0] != std::byte{0})
    return malformed("extension 0 (undefined) is not d4 00 00");
  return Py_XNewRef(hosts_.get(Host::kUnset));
}

std::nullptr_t Decoder::malformed_ext(const Extension& extension) {
  const char* name = "";
  switch (extension.type) {
    case kExtTimestamp:
      name = "timestamp";
      break;
    case wire::kExtLatin1:
    case wire::kExtUtf16:
      name = "string";
      break;
    case wire::kExtSet:
      name = "set";
      break;
    case wire::kExtMap:
      name = "map";
      break;
    case wire::kExtError:
      name = "error";
      break;
    case wire::kExtZoned:
      name = "zoned datetime";
      break;
    case wire::kExtPlain:
      name = "plain time";
      break;
    case wire::kExtDecimal:
      name = "decimal";
      break;
    case wire::kExtUuid:
      name = "UUID";
      break;
    case wire::kExtDefinition:
      name = "definition";
      break;
    case wire::kExtReference:
      name = "reference";
      break;
    case wire::kExtNamed:
      name = "named";
      break;
    case wire::kExtUrl:
      name = "URL";
      break;
    case wire::kExtTuple:
      name = "tuple";
      break;
    case wire::kExtBlock:
      name = "block";
      break;
    case wire::kExtShape:
      name = "shape";
      break;
    case wire::kExtShapeReference:
      name = "shape reference";
      break;
    case wire::kExtObject:
      name = "object";
      break;
    case wire::kExtStream:
      name = "stream";
      break;
    default:
      break;
  }
  origin_ = extension.head;
  return malformed("extension %d (%s) is malformed", extension.type, name);
}

bool Decoder::is_refusal() {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0 ||
      PyErr_ExceptionMatches(PyExc_MemoryError) != 0)
    return false;
  PyErr_Clear();
  return true;
}

std::nullptr_t Decoder::malformed_value(const Extension& extension) {
  return is_refusal() ? malformed_ext(extension) : nullptr;
}

PyObject* decode_value(std::span<const std::byte> bytes, HostObjects& hosts,
                       const DecodeOptions& options) {
  // Not while functions of the user's run.
  const CollectorPause pause(options.readers == nullptr ? bytes.size() : 0);
  Decoder decoder(bytes, hosts, options);
  decoder.open_block();
  PyObject* const value = decoder.read();
  if (value == nullptr || decoder.finish()) return value;
  Py_DECREF(value);
  return nullptr;
}

}  // namespace ringsnake::python
