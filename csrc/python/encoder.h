// The writer's inside: one class, whose parts are in value_encoder.cc (what is frequent) and
// encode_*.cc. Only these include it.
#pragma once

#include <Python.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "../core/bulk.h"
#include "../core/wire_constants.gen.h"
#include "byte_sink.h"
#include "host_objects.h"
#include "identity_table.h"
#include "msgpack.h"
#include "py_fast.h"
#include "py_ref.h"
#include "short_copy.h"
#include "value_encoder.h"

namespace ringsnake::python {

// A container being written and the place in it, for the path of an error and to find cycles. All
// borrowed.
struct OpenContainer {
  PyObject* container;  // nullptr for the inner one of an extension
  PyObject* key;        // of a dict; nullptr for items, and before the first key
  Py_ssize_t index;     // of an item; -1 before the first, and for dicts
  const char* field;    // of an error; nullptr otherwise
};

// A member of a dict, and where the next one is. Borrowed.
struct Member {
  Py_ssize_t cursor = 0;
  PyObject* key = nullptr;
  PyObject* value = nullptr;

  bool next(PyObject* dict) { return PyDict_Next(dict, &cursor, &key, &value) != 0; }
};

// What stands before the items of extension 6.
struct NdarrayHead {
  std::uint8_t dtype = 0;
  std::uint8_t flags = 0;
  int dimensions = 0;
  std::array<std::uint32_t, wire::kNdarrayMaxDimensions> shape{};

  // Bytes, with the padding.
  std::size_t size() const { return (4 + 4 * static_cast<std::size_t>(dimensions) + 7) / 8 * 8; }
};

// A timedelta's parts.
struct Delta {
  std::int64_t days;
  std::int64_t seconds;
  std::int64_t microseconds;

  std::int64_t whole_seconds() const { return days * 86'400 + seconds; }
  std::int64_t in_microseconds() const { return whole_seconds() * 1'000'000 + microseconds; }
};

class DeclaredEncoder;
struct SentShape;

class Encoder {
 public:
  Encoder(ByteSink& sink, HostObjects& hosts, const EncodeOptions& options)
      : sink_(sink), hosts_(hosts), options_(options) {}
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Holds what may run Python code while it is written, which may take it out of its container.
  bool write(PyObject* value);
  // REQUIRES: a list, and not in a message with identities.
  bool write_list(PyObject* list) { return write_items<list_item>(list, list_size(list)); }
  // Surveys first what is reached more than once.
  bool write_with_identity(PyObject* value);

 private:
  friend class DeclaredEncoder;  // encode_declared.cc
  using Writer = bool (Encoder::*)(PyObject*);

  enum class Atom : std::uint8_t { kWritten, kFailed, kOther };
  static Atom atom(bool written) { return written ? Atom::kWritten : Atom::kFailed; }

  // What runs no Python code while it is written, so that nobody has to hold it.
  [[gnu::always_inline]] Atom write_atom(PyObject* value) {
    PyTypeObject* const type = Py_TYPE(value);
    if (type == &PyUnicode_Type) return atom(write_text(value));
    if (type == &PyLong_Type) return atom(write_int(value));
    if (type == &PyFloat_Type) return atom(write_float(value));
    if (value == Py_None) return atom(write_tag(kNil));
    if (value == Py_True) return atom(write_tag(kTrue));
    if (value == Py_False) return atom(write_tag(kFalse));
    return Atom::kOther;
  }

  // value_encoder.cc
  bool write_held(PyObject* value);
  bool write_rare(PyObject* value);
  bool write_other(PyObject* value);
  bool write_kind(Kind kind, PyObject* value);
  bool write_int(PyObject* value) {
    long long integer = 0;
    if (!small_int(value, &integer)) return write_any_int(value);
    return integer >= 0 && integer <= kMaxPositiveFixint ? write_tag(static_cast<Tag>(integer))
                                                         : write_integer(integer);
  }
  bool write_any_int(PyObject* value);
  bool write_integer(long long integer);
  bool write_long_int(PyObject* value, bool negative);
  bool write_tuple(PyObject* tuple);
  template <PyObject* GetItem(PyObject*, Py_ssize_t)>
  bool write_items(PyObject* container, Py_ssize_t count);
  template <PyObject* GetItem(PyObject*, Py_ssize_t)>
  Py_ssize_t write_floats(PyObject* container, Py_ssize_t from, Py_ssize_t most);
  bool write_dict(PyObject* dict);
  bool write_text_members(PyObject* dict, bool* is_map);
  bool write_members(PyObject* dict, Py_ssize_t count);
  bool write_key(PyObject* key) {
    const std::span<const char> ascii = ascii_of(key);
    return ascii.data() != nullptr ? write_str(ascii.data(), ascii.size()) : write_any_key(key);
  }
  bool write_any_key(PyObject* key);
  bool write_bytes(PyObject* value);

  // encode_shapes.cc
  bool write_shaped(PyObject* dict, bool* shaped);
  bool write_found(PyObject* dict, bool* shaped);
  bool write_as(const SentShape& shape, PyObject* dict, Member first, bool* has_keys);
  bool write_values(PyObject* dict, Member member, PyObject* keys, bool* has_keys);
  bool define_shape(std::uint16_t id, PyObject* keys);
  bool refer_to_shape(std::uint16_t id);

  // encode_text.cc
  [[gnu::always_inline]] bool write_text(PyObject* value) {
    const std::span<const char> ascii = ascii_of(value);
    return ascii.data() != nullptr ? write_str(ascii.data(), ascii.size()) : write_any_text(value);
  }
  bool write_any_text(PyObject* value);
  bool write_text_by_calls(PyObject* value);
  bool write_text_beyond_ascii(const char* utf8, std::size_t size);
  bool write_long_text(PyObject* value);
  // REQUIRES: not empty.
  bool write_as_extension(PyObject* value);
  bool write_with_surrogates(PyObject* value);
  bool write_utf16(PyObject* value);

  // encode_extensions.cc
  bool write_map(PyObject* map);
  bool write_set(PyObject* set);
  bool write_error(PyObject* error);
  bool write_decimal(PyObject* value);
  bool write_uuid(PyObject* value);
  // references.cc
  bool read_number(PyObject* reference, Host attribute, std::uint32_t most, std::uint32_t* out);
  bool write_object_reference(PyObject* reference);
  bool write_stream_reference(PyObject* reference);
  bool write_url(PyObject* value);

  // encode_types.cc
  bool write_registered(PyObject* value, PyObject* entry);
  bool write_dataclass(PyObject* value);
  bool write_registered_named(PyObject* value);
  bool write_named(PyObject* value, PyObject* name, PyObject* function);
  bool write_user_extension(PyObject* value, PyObject* entry);
  bool write_refused(PyObject* value);

  // encode_times.cc
  bool write_datetime(PyObject* value);
  bool write_zoned(PyObject* value);
  bool write_date(PyObject* value);
  bool write_time(PyObject* value);
  bool write_timedelta(PyObject* value);
  bool write_timestamp(PyObject* value);
  bool write_moment(std::int64_t seconds, std::uint32_t nanoseconds);
  bool write_plain_datetime(PyObject* value);
  bool read_number(PyObject* object, Host name, std::int64_t* out);
  bool read_timedelta(PyObject* delta, Delta* out);
  bool read_since(PyObject* value, Host epoch, Delta* out);

  // encode_ndarray.cc
  bool write_buffer(PyObject* value, bool is_numpy);
  bool write_ndarray(PyObject* value);
  std::byte* reserve_ndarray(const NdarrayHead& head, std::size_t size);
  bool write_ndarray_head(const NdarrayHead& head);

  // encode_bulk.cc
  bool takes_bulk(std::size_t size) const;
  // Where data goes that is sent by reference, with `head` bytes behind the reference still to be
  // written; null without an exception: it goes in band.
  bool place_bulk(std::size_t size, std::size_t head, std::byte** data);
  // The same for data that lies in shared memory already.
  bool refer_to(std::span<const std::byte> data, std::size_t head, bool* found);
  bool write_reference(const ValueReference& reference, std::size_t head);
  bool fail_dtype(PyObject* value, const char* format);

  // encode_failure.cc. Each raises EncodeError (or whatever stopped it from being made) and
  // returns false.
  bool fail(const char* problem) { return fail(PyUnicode_FromString(problem)); }
  bool fail(PyObject* problem);  // takes the reference, which may be null with an exception set
  bool fail_changed();
  bool fail_type(PyObject* value, const char* format);
  // What an object's own code raised becomes an EncodeError here, with its words; what is not the
  // object's fault stays.
  bool fail_from_current(const char* format, PyObject* value);
  PyObject* make_path() const;

  // Containers.
  bool enter(PyObject* container) {
    if (container != nullptr) {
      for (std::size_t i = 0; i < depth_; ++i) {
        if (open_[i].container == container)
          return fail("a value that contains itself cannot cross without `identity`");
      }
    }
    if (depth_ == wire::kMaxDepth)
      return fail(PyUnicode_FromFormat("nested deeper than %zu", std::size_t{wire::kMaxDepth}));
    open_[depth_++] = {container, nullptr, -1, nullptr};
    return true;
  }
  void leave() { --depth_; }

  bool write_container(PyObject* value, Writer writer, bool may_hold_itself) {
    return identity_ == nullptr ? (this->*writer)(value)
                                : write_identified(value, writer, may_hold_itself);
  }
  // encode_identity.cc
  bool write_identified(PyObject* value, Writer writer, bool may_hold_itself);

  // MessagePack's heads.
  bool write_tag(Tag tag) {
    std::byte* const at = sink_.reserve(1);
    if (at == nullptr) return false;
    at[0] = std::byte{tag};
    return true;
  }

  bool write_undefined() {
    std::byte* const at = sink_.reserve(3);
    if (at == nullptr) return false;
    at[0] = std::byte{kFixext1};
    at[1] = static_cast<std::byte>(wire::kExtUndefined);
    at[2] = std::byte{0};
    return true;
  }

  template <typename Unsigned>
  bool write_number(Tag tag, Unsigned bits) {
    std::byte* const at = sink_.reserve(1 + sizeof bits);
    if (at == nullptr) return false;
    at[0] = std::byte{tag};
    store_big_endian(at + 1, bits);
    return true;
  }

  bool write_float(PyObject* value) {
    return write_number(kFloat64, std::bit_cast<std::uint64_t>(float_value(value)));
  }

  bool write_container_head(Tag fix, Tag tag16, std::size_t count) {
    if (count <= 15) return write_tag(static_cast<Tag>(fix | count));
    if (count <= 0xffff) return write_number(tag16, static_cast<std::uint16_t>(count));
    return write_head32(static_cast<Tag>(tag16 + 1), count);
  }

  // A head of a length in 8, 16 or 32 bits, whose tags follow one another.
  bool write_sized_head(Tag tag8, std::size_t size) {
    if (size <= 0xff) return write_number(tag8, static_cast<std::uint8_t>(size));
    if (size <= 0xffff)
      return write_number(static_cast<Tag>(tag8 + 1), static_cast<std::uint16_t>(size));
    return write_head32(static_cast<Tag>(tag8 + 2), size);
  }

  bool write_head32(Tag tag, std::size_t size) {
    if (size > 0xffffffff) return fail("more than 4 GiB in one piece cannot cross");
    return write_number(tag, static_cast<std::uint32_t>(size));
  }

  [[gnu::always_inline]] bool write_str(const char* utf8, std::size_t size) {
    if (size > kMostShort) return write_long_str(utf8, size);
    std::byte* const at = sink_.reserve(1 + size);
    if (at == nullptr) return false;
    at[0] = static_cast<std::byte>(kFixstr | size);
    copy_short(at + 1, utf8, size);
    return true;
  }

  [[gnu::noinline]] bool write_long_str(const char* utf8, std::size_t size) {
    return write_str_head(size) && copy(utf8, size);
  }

  static constexpr std::size_t kMostShort = 31;
  bool write_str_head(std::size_t size) {
    return size <= kMostShort ? write_tag(static_cast<Tag>(kFixstr | size))
                              : write_sized_head(kStr8, size);
  }

  bool copy(const void* from, std::size_t size) {
    std::byte* const at = sink_.reserve(size);
    if (at == nullptr) return false;
    if (size != 0) std::memcpy(at, from, size);
    return true;
  }

  // encode_extensions.cc
  bool write_ext_head(int type, std::size_t size);
  // An extension of at most 255 bytes, for the caller to fill.
  std::byte* write_small_ext(int type, std::size_t size);
  bool write_ext(int type, const void* body, std::size_t size) {
    return write_ext_head(type, size) && copy(body, size);
  }
  // An extension that holds values, whose length is known at its end.
  static constexpr std::size_t kLongestHead = 6;
  bool begin_ext(std::size_t* body) {
    if (sink_.reserve(kLongestHead) == nullptr) return false;
    *body = sink_.size();
    return true;
  }
  bool end_ext(int type, std::size_t body);

  ByteSink& sink_;
  HostObjects& hosts_;
  const EncodeOptions& options_;
  IdentityTable* identity_ = nullptr;
  std::size_t depth_ = 0;
  std::array<OpenContainer, wire::kMaxDepth> open_;  // the first depth_ are in use
};

}  // namespace ringsnake::python
