// Extensions 24 and 25: references to objects and streams. What they refer to is the session's
// business (ringsnake._wire.references): here they are only numbers.
#include "decoder.h"
#include "encoder.h"

namespace ringsnake::python {
namespace {

constexpr std::size_t kObjectBody = 8;
constexpr std::size_t kObjectOwner = 4;
constexpr std::size_t kStreamBody = 4;

}  // namespace

bool Encoder::read_number(PyObject* reference, Host attribute, std::uint32_t most,
                          std::uint32_t* out) {
  PyObject* const name = hosts_.get(attribute);
  const Ref number(name == nullptr ? nullptr : PyObject_GetAttr(reference, name));
  const unsigned long value = number ? PyLong_AsUnsignedLong(number.get()) : 0;
  if (PyErr_Occurred() != nullptr || value > most)
    return fail_type(reference, "a %U of another number cannot cross");
  *out = static_cast<std::uint32_t>(value);
  return true;
}

bool Encoder::write_object_reference(PyObject* reference) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t number = 0;
  std::uint32_t owner = 0;
  if (!read_number(reference, Host::kNameNumber, kMost, &number) ||
      !read_number(reference, Host::kNameOwner, 1, &owner))
    return false;
  std::byte* const at = write_small_ext(wire::kExtObject, kObjectBody);
  if (at == nullptr) return false;
  store_little_endian(at, number);
  store_little_endian(at + kObjectOwner, owner);
  return true;
}

bool Encoder::write_stream_reference(PyObject* reference) {
  std::uint32_t number = 0;
  if (!read_number(reference, Host::kNameNumber, std::numeric_limits<std::uint32_t>::max(),
                   &number))
    return false;
  std::byte* const at = write_small_ext(wire::kExtStream, kStreamBody);
  if (at == nullptr) return false;
  store_little_endian(at, number);
  return true;
}

PyObject* Decoder::read_object_reference(const Extension& extension) {
  if (extension.body.size() != kObjectBody) return malformed_ext(extension);
  const auto number = load_little_endian<std::uint32_t>(extension.body.data());
  const auto owner = load_little_endian<std::uint32_t>(extension.body.data() + kObjectOwner);
  // Three of its bytes are zero.
  if (owner > 1) return malformed_ext(extension);
  if (options_.references == nullptr) return undeclared(extension, "object");
  return PyObject_CallMethod(options_.references, "received_object", "kk",
                             static_cast<unsigned long>(number), static_cast<unsigned long>(owner));
}

PyObject* Decoder::read_stream_reference(const Extension& extension) {
  if (extension.body.size() != kStreamBody) return malformed_ext(extension);
  const auto number = load_little_endian<std::uint32_t>(extension.body.data());
  if (options_.references == nullptr) return undeclared(extension, "stream");
  return PyObject_CallMethod(options_.references, "received_stream", "k",
                             static_cast<unsigned long>(number));
}

std::nullptr_t Decoder::undeclared(const Extension& extension, const char* name) {
  origin_ = extension.head;
  return malformed("extension %d (%s) where no type declares it", extension.type, name);
}

}  // namespace ringsnake::python
