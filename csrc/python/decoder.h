// The reader's inside: one class, whose parts are in value_decoder.cc (what is frequent) and
// decode_*.cc. Only these include it.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "../core/wire_constants.gen.h"
#include "character_block.h"
#include "host_objects.h"
#include "msgpack.h"
#include "py_ref.h"
#include "raise_status.h"
#include "value_decoder.h"

namespace ringsnake::python {

class CollisionGuard;
class DeclaredDecoder;

using Body = std::span<const std::byte>;

// Every method that returns PyObject* returns a new reference, or nullptr with an exception set.
class Decoder {
 public:
  Decoder(Body bytes, HostObjects& hosts, const DecodeOptions& options)
      : begin_(bytes.data()),
        at_(begin_),
        end_(begin_ + bytes.size()),
        origin_(begin_),
        budget_(bytes.size()),
        hosts_(hosts),
        options_(options) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Goes into an extension 18 that the message is. One that is malformed is left for the reader to
  // come upon.
  void open_block();

  PyObject* read() {
    std::uint8_t tag = 0;
    return read_tag(tag) ? read_after(tag) : nullptr;
  }

  // True at the end of the bytes; else false with DecodeError set.
  bool finish() {
    if (at_ != end_) return more_bytes(at_);
    return !block_.active() || finish_block();
  }

 private:
  friend class DeclaredDecoder;  // decode_declared.cc

  // The head of an extension and where its body lies, whose last byte has been taken.
  struct Extension {
    std::uint8_t tag;
    int type;
    const std::byte* head;
    Body body;
  };
  // A number without a definition.
  static constexpr Py_ssize_t kNone = -1;

  // decode_block.cc
  PyObject* read_block_text(std::size_t units);
  PyObject* read_block_key(std::size_t units);
  bool take_block_text(std::size_t units, BlockReader::Text* text);
  static PyObject* make_block_text(const BlockReader::Text& text);
  bool finish_block();
  bool more_bytes(const std::byte* at) {
    origin_ = at;
    malformed("more bytes follow the value");
    return false;
  }

  // value_decoder.cc
  PyObject* read_after(std::uint8_t tag);
  PyObject* read_integer(std::uint8_t tag);
  PyObject* read_sized(std::uint8_t tag);
  PyObject* read_text(std::size_t size);
  // REQUIRES: bytes that nobody writes to, as for make_utf8.
  PyObject* make_text(Body text);
  PyObject* make_utf8(Body text);
  PyObject* read_bytes(std::size_t size);
  PyObject* read_array(std::size_t count);
  PyObject* read_items(std::size_t count);
  PyObject* read_map(std::size_t count);
  bool read_member(PyObject* dict);
  PyObject* read_key();
  PyObject* read_short_key(std::size_t size);
  PyObject* read_ext(std::uint8_t tag, std::size_t size);
  PyObject* read_body(const Extension& extension);
  PyObject* read_undefined(const Extension& extension);
  bool take_ext(std::uint8_t tag, std::size_t size, Extension* out);

  // decode_containers.cc. These read the body from its start.
  PyObject* read_set(const Extension& extension);
  bool add_item(PyObject* set, PyObject* item, const Extension& extension, CollisionGuard& guard);
  PyObject* read_any_map(const Extension& extension, Py_ssize_t definition);
  bool read_pair(PyObject* map, const Extension& extension, CollisionGuard& guard);
  bool collided(const Extension& extension);
  PyObject* read_tuple(const Extension& extension);
  PyObject* read_error(const Extension& extension);
  PyObject* read_container(const Extension& extension);
  bool open_body(const Extension& extension, const std::byte** outer_end);
  bool close_body(const Extension& extension, const std::byte* outer_end);
  bool take_array_head(const Extension& extension, std::size_t* count);
  bool take_map_head(const Extension& extension, std::size_t* count);

  // decode_identity.cc
  PyObject* read_definition(const Extension& extension);
  PyObject* read_reference(const Extension& extension);
  bool begins_container(bool* out);
  bool define(Py_ssize_t number, PyObject* value);
  PyObject* read_defined_array(std::size_t count, Py_ssize_t definition);

  // decode_shapes.cc
  PyObject* read_perhaps_shaped(std::size_t count);
  bool take_shape(const Extension& extension, std::size_t count, std::size_t* id);
  bool take_shape_reference(const Extension& extension, std::size_t count, std::size_t* id);
  bool has_keys(std::size_t id, std::size_t count) const;
  PyObject* read_values_of(std::size_t id);
  std::nullptr_t shape_outside(int type);

  // decode_types.cc
  PyObject* read_named(const Extension& extension, const std::byte* outer_end);
  PyObject* read_user_extension(const Extension& extension);

  // decode_texts.cc
  PyObject* read_latin1(const Extension& extension);
  PyObject* read_utf16(const Extension& extension);
  static PyObject* make_latin1(Body characters_of);
  static PyObject* make_utf16(Body units);
  PyObject* read_big_integer(const Extension& extension);
  PyObject* read_decimal(const Extension& extension);
  PyObject* read_uuid(const Extension& extension);
  PyObject* read_url(const Extension& extension);
  // references.cc
  PyObject* read_object_reference(const Extension& extension);
  PyObject* read_stream_reference(const Extension& extension);
  std::nullptr_t undeclared(const Extension& extension, const char* name);

  // decode_times.cc
  PyObject* read_moment(const Extension& extension);
  PyObject* make_moment(std::int64_t seconds, std::uint32_t nanoseconds);
  PyObject* read_zoned(const Extension& extension);
  PyObject* read_plain(const Extension& extension);
  PyObject* read_datetime(const Extension& extension);
  PyObject* read_date(const Extension& extension);
  PyObject* read_time(const Extension& extension);
  PyObject* make_time(std::int64_t microseconds, PyObject* tzinfo, bool fold);
  PyObject* read_timedelta(const Extension& extension);
  PyObject* make_timedelta(std::int64_t days, std::int64_t seconds, std::int64_t microseconds);

  // decode_ndarray.cc
  struct ArrayHead {
    std::size_t size;  // bytes
    std::size_t item;
    std::uint32_t dtype;
    int flags;
    std::size_t dimensions;
    const std::byte* shape;
  };
  // Of an array whose items have `data_size` bytes. False with DecodeError set.
  bool read_array_head(Body body, std::size_t data_size, const char* name, ArrayHead* out);
  PyObject* read_ndarray(const Extension& extension);
  PyObject* make_array(const ArrayHead& head, PyObject* data);
  PyObject* make_ndarray(Host maker, const ArrayHead& head, PyObject* shape, PyObject* data);

  // decode_bulk.cc
  PyObject* read_bulk(const Extension& extension);
  // As read(), but what would be `bytes` is a memoryview: of the peer's memory where it lies there.
  PyObject* read_bytes_in_place();

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  bool read_tag(std::uint8_t& tag) {
    origin_ = at_;
    return take(tag);
  }

  template <typename Unsigned>
  bool take(Unsigned& value) {
    const std::byte* const from = take_bytes(sizeof value);
    if (from != nullptr) value = load_big_endian<Unsigned>(from);
    return from != nullptr;
  }

  // A length field of 2^exponent bytes.
  bool take_length(int exponent, std::size_t& size) {
    const std::byte* const from = take_bytes(std::size_t{1} << exponent);
    if (from == nullptr) return false;
    size = exponent == 0   ? load_big_endian<std::uint8_t>(from)
           : exponent == 1 ? load_big_endian<std::uint16_t>(from)
                           : load_big_endian<std::uint32_t>(from);
    return true;
  }

  // The next `size` bytes; nullptr with DecodeError set where there are fewer.
  const std::byte* take_bytes(std::size_t size) {
    if (size > left()) {
      malformed("the message ends inside a value");
      return nullptr;
    }
    const std::byte* const from = at_;
    at_ += size;
    return from;
  }

  bool spend(std::size_t count) {
    if (count > budget_) {
      malformed("more elements than the message has bytes");
      return false;
    }
    budget_ -= count;
    return true;
  }

  bool enter() {
    if (depth_ == wire::kMaxDepth) {
      malformed("nested deeper than %zu", std::size_t{wire::kMaxDepth});
      return false;
    }
    ++depth_;
    return true;
  }
  void leave() { --depth_; }

  static PyObject* copy(Body body) {
    return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(body.data()),
                                     static_cast<Py_ssize_t>(body.size()));
  }

  // Raises DecodeError about the value that begins at origin_.
  template <typename... Arguments>
  std::nullptr_t malformed(const char* format, Arguments... arguments) const {
    const Ref problem(PyUnicode_FromFormat(format, arguments...));
    const Ref message(
        problem ? PyUnicode_FromFormat("byte %zd: %U", origin_ - begin_, problem.get()) : nullptr);
    raise_error("DecodeError", message.get());
    return nullptr;
  }

  // `extension 4 (set) is malformed`, about the extension.
  std::nullptr_t malformed_ext(const Extension& extension);
  // The same in place of what a function of ours or of Python's said; an exception that is not the
  // value's fault stays.
  std::nullptr_t malformed_value(const Extension& extension);
  // Clears the current exception if it may be the value's fault.
  static bool is_refusal();
  // Raises DecodeError in place of what a registered function raised.
  std::nullptr_t refused(const Extension& extension, PyObject* name);

  const std::byte* const begin_;
  const std::byte* at_;
  const std::byte* end_;     // of the message, or of the body that is being read
  const std::byte* origin_;  // of the value being read, for errors
  std::size_t budget_;  // elements that containers may still announce: a message has no more of
                        // them than bytes
  std::size_t depth_ = 0;
  bool is_in_place_ = false;
  Py_ssize_t pending_ = kNone;  // the definition whose value is about to be read
  BlockReader block_;
  const std::byte* message_end_ = nullptr;  // of the one that the block is in
  Ref definitions_;                         // a list, once there is one
  HostObjects& hosts_;
  const DecodeOptions& options_;
};

}  // namespace ringsnake::python
