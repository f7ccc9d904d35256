#include "value_encoder.h"

#include <algorithm>

#include "encoder.h"
#include "py_compat.h"

namespace ringsnake::python {

bool Encoder::write(PyObject* value) {
  const Atom atom = write_atom(value);
  return atom == Atom::kOther ? write_held(value) : atom == Atom::kWritten;
}

bool Encoder::write_held(PyObject* value) {
  const Ref held(Py_NewRef(value));
  if (identity_ == nullptr) {
    if (Py_TYPE(value) == &PyList_Type) return write_list(value);
    if (Py_TYPE(value) == &PyDict_Type) return write_dict(value);
  }
  return write_rare(value);
}

bool Encoder::write_rare(PyObject* value) {
  PyTypeObject* const type = Py_TYPE(value);
  if (type == &PyTuple_Type) return write_container(value, &Encoder::write_tuple, !options_.tuples);
  if (type == &PyBytes_Type) return write_bytes(value);
  return write_other(value);
}

// The floats that follow one another from there on, as many as have room. Returns how many.
template <PyObject* GetItem(PyObject*, Py_ssize_t)>
Py_ssize_t Encoder::write_floats(PyObject* container, Py_ssize_t from, Py_ssize_t most) {
  constexpr std::size_t kSize = 1 + sizeof(std::uint64_t);
  const auto count = std::min(static_cast<std::size_t>(most), sink_.room() / kSize);
  std::byte* at = sink_.reserve(count * kSize);
  std::size_t done = 0;
  for (; done < count; ++done, at += kSize) {
    PyObject* const item = GetItem(container, from + static_cast<Py_ssize_t>(done));
    if (item == nullptr || Py_TYPE(item) != &PyFloat_Type) break;
    at[0] = std::byte{kFloat64};
    store_big_endian(at + 1, std::bit_cast<std::uint64_t>(float_value(item)));
  }
  sink_.drop((count - done) * kSize);
  return static_cast<Py_ssize_t>(done);
}

template <PyObject* GetItem(PyObject*, Py_ssize_t)>
bool Encoder::write_items(PyObject* container, Py_ssize_t count) {
  if (!enter(container) ||
      !write_container_head(kFixarray, kArray16, static_cast<std::size_t>(count)))
    return false;
  OpenContainer& open = open_[depth_ - 1];
  for (Py_ssize_t i = 0; i < count; ++i) {
    open.index = i;
    PyObject* const item = GetItem(container, i);
    if (item == nullptr) return fail_changed();
    // Where one float is, there are more.
    const bool is_float = Py_TYPE(item) == &PyFloat_Type;
    const Atom atom = write_atom(item);
    if (atom == Atom::kFailed || (atom == Atom::kOther && !write_held(item))) return false;
    if (is_float) i += write_floats<GetItem>(container, i + 1, count - i - 1);
  }
  leave();
  return true;
}

bool Encoder::write_other(PyObject* value) {
  if (options_.writers != nullptr) {
    PyObject* const entry =
        PyDict_GetItemWithError(options_.writers, reinterpret_cast<PyObject*>(Py_TYPE(value)));
    if (entry != nullptr) return write_registered(value, entry);
    if (PyErr_Occurred() != nullptr) return false;
  }
  Kind kind = Kind::kOther;
  return hosts_.kind_of(Py_TYPE(value), &kind) && write_kind(kind, value);
}

bool Encoder::write_kind(Kind kind, PyObject* value) {
  switch (kind) {
    case Kind::kInt:
      return write_int(value);
    case Kind::kFloat:
      return write_float(value);
    case Kind::kText:
      return write_text(value);
    case Kind::kUrl:
      return write_url(value);
    case Kind::kList:
      return write_container(value, &Encoder::write_list, true);
    case Kind::kTuple:
      return write_container(value, &Encoder::write_tuple, !options_.tuples);
    case Kind::kDict:
      return write_container(value, &Encoder::write_dict, true);
    case Kind::kMap:
      return write_container(value, &Encoder::write_map, true);
    case Kind::kSet:
      return write_container(value, &Encoder::write_set, false);
    case Kind::kError:
      return write_container(value, &Encoder::write_error, false);
    case Kind::kDataclass:
      return write_container(value, &Encoder::write_dataclass, false);
    case Kind::kBytes:
      return write_bytes(value);
    case Kind::kByteArray:
      return write_buffer(value, false);
    case Kind::kNumpyArray:
      return write_buffer(value, true);
    case Kind::kNdArray:
      return write_ndarray(value);
    case Kind::kUnset:
      return write_undefined();
    case Kind::kDatetime:
      return write_datetime(value);
    case Kind::kDate:
      return write_date(value);
    case Kind::kTime:
      return write_time(value);
    case Kind::kTimedelta:
      return write_timedelta(value);
    case Kind::kTimestamp:
      return write_timestamp(value);
    case Kind::kDecimal:
      return write_decimal(value);
    case Kind::kUuid:
      return write_uuid(value);
    case Kind::kObjectReference:
      return write_object_reference(value);
    case Kind::kStreamReference:
      return write_stream_reference(value);
    case Kind::kOther:
      break;
  }
  return PyObject_CheckBuffer(value) != 0 ? write_buffer(value, false) : write_refused(value);
}

bool Encoder::write_any_int(PyObject* value) {
  int overflow = 0;
  const long long integer = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) return write_long_int(value, overflow < 0);
  if (integer == -1 && PyErr_Occurred() != nullptr) return false;
  return write_integer(integer);
}

bool Encoder::write_integer(long long integer) {
  if (integer >= 0) {
    if (integer <= kMaxPositiveFixint) return write_tag(static_cast<Tag>(integer));
    if (integer <= 0xff) return write_number(kUint8, static_cast<std::uint8_t>(integer));
    if (integer <= 0xffff) return write_number(kUint16, static_cast<std::uint16_t>(integer));
    if (integer <= 0xffffffff) return write_number(kUint32, static_cast<std::uint32_t>(integer));
    return write_number(kUint64, static_cast<std::uint64_t>(integer));
  }
  // A conversion to an unsigned type wraps: it is the two's complement.
  if (integer >= -32) return write_tag(static_cast<Tag>(static_cast<std::uint8_t>(integer)));
  if (integer >= std::numeric_limits<std::int8_t>::min())
    return write_number(kInt8, static_cast<std::uint8_t>(integer));
  if (integer >= std::numeric_limits<std::int16_t>::min())
    return write_number(kInt16, static_cast<std::uint16_t>(integer));
  if (integer >= std::numeric_limits<std::int32_t>::min())
    return write_number(kInt32, static_cast<std::uint32_t>(integer));
  return write_number(kInt64, static_cast<std::uint64_t>(integer));
}

// REQUIRES: `value` is beyond int64.
bool Encoder::write_long_int(PyObject* value, bool negative) {
  const Ref held(Py_NewRef(value));
  if (!negative) {
    const unsigned long long integer = PyLong_AsUnsignedLongLong(value);
    if (PyErr_Occurred() == nullptr) return write_number(kUint64, std::uint64_t{integer});
    if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) return false;
    PyErr_Clear();
  }
  const Py_ssize_t bits = int_bits(value, negative);
  if (bits < 0) return false;
  const std::size_t size = static_cast<std::size_t>(bits) / 8 + 1;  // one bit for the sign
  if (size > wire::kMaxBigInteger) {
    return fail(PyUnicode_FromFormat("an integer of %zu bytes cannot cross: the limit is %zu", size,
                                     std::size_t{wire::kMaxBigInteger}));
  }
  const Ref body(int_to_bytes(value, size));
  return body && write_ext(wire::kExtBigInteger, PyBytes_AsString(body.get()), size);
}

bool Encoder::write_bytes(PyObject* value) {
  const std::span<const char> bytes = bytes_of(value);
  if (takes_bulk(bytes.size())) {
    std::byte* data = nullptr;
    if (!place_bulk(bytes.size(), 0, &data)) return false;
    if (data != nullptr) {
      std::memcpy(data, bytes.data(), bytes.size());
      return true;
    }
  }
  return write_sized_head(kBin8, bytes.size()) && copy(bytes.data(), bytes.size());
}

bool Encoder::write_tuple(PyObject* tuple) {
  if (!options_.tuples) return write_items<tuple_item>(tuple, tuple_size(tuple));
  std::size_t body = 0;
  if (!enter(nullptr) || !begin_ext(&body)) return false;
  if (!write_items<tuple_item>(tuple, tuple_size(tuple))) return false;
  leave();
  return end_ext(wire::kExtTuple, body);
}

namespace {

bool has_text_keys_from(PyObject* dict, Py_ssize_t cursor) {
  PyObject* key = nullptr;
  while (PyDict_Next(dict, &cursor, &key, nullptr) != 0) {
    if (PyUnicode_Check(key) == 0) return false;
  }
  return true;
}

}  // namespace

// As a map until a key shows that it is none, which it does before any Python code runs.
bool Encoder::write_dict(PyObject* dict) {
  if (options_.shapes != nullptr) {
    bool shaped = false;
    if (!write_shaped(dict, &shaped)) return false;
    if (shaped) return true;
  }
  const std::size_t start = sink_.size();
  bool is_map = true;
  if (!enter(dict)) return false;
  const bool written = write_text_members(dict, &is_map);
  if (!written && is_map) return false;
  leave();
  if (written) return true;
  sink_.drop(sink_.size() - start);
  return write_map(dict);
}

bool Encoder::write_text_members(PyObject* dict, bool* is_map) {
  const Py_ssize_t count = dict_size(dict);
  if (!write_container_head(kFixmap, kMap16, static_cast<std::size_t>(count))) return false;
  OpenContainer& open = open_[depth_ - 1];
  Py_ssize_t cursor = 0;
  Py_ssize_t seen = 0;
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  bool checked = false;
  for (; PyDict_Next(dict, &cursor, &key, &value) != 0; ++seen) {
    if (seen == count || (checked && PyUnicode_Check(key) == 0)) return fail_changed();
    if (PyUnicode_Check(key) == 0) return *is_map = false;
    open.key = key;
    if (!write_key(key)) return false;
    const Atom atom = write_atom(value);
    if (atom == Atom::kFailed) return false;
    if (atom == Atom::kWritten) continue;
    if (!checked && !has_text_keys_from(dict, cursor)) return *is_map = false;
    checked = true;
    const Ref held(Py_NewRef(key));
    const bool written = write_held(value);
    if (!written) return false;
    open.key = nullptr;
  }
  return seen == count || fail_changed();
}

bool Encoder::write_members(PyObject* dict, Py_ssize_t count) {
  if (!write_container_head(kFixmap, kMap16, static_cast<std::size_t>(count))) return false;
  OpenContainer& open = open_[depth_ - 1];
  Py_ssize_t cursor = 0;
  Py_ssize_t seen = 0;
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  while (PyDict_Next(dict, &cursor, &key, &value) != 0) {
    if (++seen > count) return fail_changed();
    Py_INCREF(key);
    Py_INCREF(value);
    open.key = key;
    const bool written = write(key) && write(value);
    open.key = nullptr;
    Py_DECREF(value);
    Py_DECREF(key);
    if (!written) return false;
  }
  return seen == count || fail_changed();
}

bool Encoder::write_any_key(PyObject* key) {
  const std::span<const std::byte> known = hosts_.keys().find_written(key);
  if (!known.empty()) {
    std::byte* const at = sink_.reserve(known.size());
    if (at != nullptr) copy_short(at, known.data(), known.size());
    return at != nullptr;
  }
  Py_ssize_t size = 0;
  const char* const utf8 = PyUnicode_AsUTF8AndSize(key, &size);
  if (utf8 == nullptr || size == 0 || size >= Py_ssize_t{wire::kUtf8Below} ||
      Py_TYPE(key) != &PyUnicode_Type) {
    PyErr_Clear();
    return write_text(key);
  }
  // Short, so that it is a str whatever its characters.
  const auto bytes = static_cast<std::size_t>(size);
  hosts_.keys().keep_written(key, std::as_bytes(std::span(utf8, bytes)));
  return write_str(utf8, bytes);
}

bool encode_value(ByteSink& sink, PyObject* value, HostObjects& hosts,
                  const EncodeOptions& options) {
  Encoder encoder(sink, hosts, options);
  if (options.identity) return encoder.write_with_identity(value);
  // What holds others first, because most messages are of them. The caller holds it.
  return Py_TYPE(value) == &PyList_Type ? encoder.write_list(value) : encoder.write(value);
}

}  // namespace ringsnake::python
