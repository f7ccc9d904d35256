#include "value_functions.h"

#include <array>

#include "byte_sink.h"
#include "fast_arguments.h"
#include "host_objects.h"
#include "message_bytes.h"
#include "py_ref.h"
#include "result_room.h"
#include "value_decoder.h"
#include "value_encoder.h"
#include "value_options.h"

namespace ringsnake::python {
namespace {

// One argument by its place, the others by name. False with TypeError set.
bool read_options(const char* function, const FastArguments& arguments,
                  std::span<Parameter> parameters) {
  if (arguments.count > 1) {
    PyErr_Format(PyExc_TypeError, "%s() takes 1 positional argument (%zd given)", function,
                 arguments.count);
    return false;
  }
  return read_arguments(function, arguments, parameters, 1);
}

PyObject* encode_with(const EncodeOptions& options, PyObject* value, HostObjects& hosts) {
  ResultRoom room(value);
  ByteSink sink(room.get().data(), room.get().size(), &hosts.spare());
  if (!encode_value(sink, value, hosts, options)) return nullptr;
  return room.finish(sink.written(), sink.in_place());
}

PyObject* decode_with(const DecodeOptions& options, PyObject* data, HostObjects& hosts) {
  MessageBytes bytes;
  return bytes.read(data) ? decode_value(bytes.get(), hosts, options) : nullptr;
}

}  // namespace

const char kEncodeDocumentation[] =
    "encode(value, /, *, identity=False, tuples=False, types=None)\n--\n\n"
    "The value as bytes. Raises EncodeError with the path to what cannot cross.\n\n"
    "identity: what is reached more than once stays one object; else it is written each time, and\n"
    "a cycle is an error. tuples: a tuple stays a tuple; else it becomes a list. types: a\n"
    "TypeRegistry.";

const char kDecodeDocumentation[] =
    "decode(data, /, *, arrays='memoryview', types=None)\n--\n\n"
    "The value that these bytes are. Raises DecodeError with the byte that is wrong.\n\n"
    "arrays='numpy': every array is a numpy.ndarray that may be written to; else it is a "
    "read-only\n"
    "memoryview, or an NdArray where a memoryview cannot say what it is. types: a TypeRegistry.";

PyObject* encode_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                          PyObject* names) {
  static constexpr EncodeOptions kPlain;
  HostObjects& hosts = *host_objects(module);
  if (count == 1 && names == nullptr) return encode_with(kPlain, args[0], hosts);
  EncodeOptions options;
  std::array<Parameter, 4> parameters{{{"value"}, {"identity"}, {"tuples"}, {"types"}}};
  Ref writers;
  if (!read_options("encode", {args, count, names}, parameters) ||
      !read_flag(parameters[1], &options.identity) || !read_flag(parameters[2], &options.tuples) ||
      !read_types(parameters[3], hosts.get(Host::kNameWriters), &writers, &options.writers))
    return nullptr;
  return encode_with(options, parameters[0].value, hosts);
}

PyObject* decode_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                          PyObject* names) {
  static constexpr DecodeOptions kPlain;
  HostObjects& hosts = *host_objects(module);
  if (count == 1 && names == nullptr) return decode_with(kPlain, args[0], hosts);
  DecodeOptions options;
  std::array<Parameter, 3> parameters{{{"data"}, {"arrays"}, {"types"}}};
  Ref readers;
  if (!read_options("decode", {args, count, names}, parameters) ||
      !read_arrays(parameters[1], &options.numpy) ||
      !read_types(parameters[2], hosts.get(Host::kNameReaders), &readers, &options.readers))
    return nullptr;
  return decode_with(options, parameters[0].value, hosts);
}

}  // namespace ringsnake::python
