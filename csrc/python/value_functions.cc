#include "value_functions.h"

#include <array>

#include "byte_sink.h"
#include "fast_arguments.h"
#include "host_objects.h"
#include "py_ref.h"
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
  std::array<Parameter, 4> parameters{{{"value"}, {"identity"}, {"tuples"}, {"types"}}};
  HostObjects& hosts = *host_objects(module);
  EncodeOptions options;
  Ref writers;
  if (!read_options("encode", {args, count, names}, parameters) ||
      !read_flag(parameters[1], &options.identity) || !read_flag(parameters[2], &options.tuples) ||
      !read_types(parameters[3], hosts.get(Host::kNameWriters), &writers, &options.writers))
    return nullptr;
  ByteSink sink(nullptr, 0);
  if (!encode_value(sink, parameters[0].value, hosts, options)) return nullptr;
  const auto bytes = sink.written();
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

PyObject* decode_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                          PyObject* names) {
  std::array<Parameter, 3> parameters{{{"data"}, {"arrays"}, {"types"}}};
  HostObjects& hosts = *host_objects(module);
  DecodeOptions options;
  Ref readers;
  if (!read_options("decode", {args, count, names}, parameters) ||
      !read_arrays(parameters[1], &options.numpy) ||
      !read_types(parameters[2], hosts.get(Host::kNameReaders), &readers, &options.readers))
    return nullptr;
  Py_buffer view;
  if (PyObject_GetBuffer(parameters[0].value, &view, PyBUF_SIMPLE) != 0) return nullptr;
  PyObject* const value =
      decode_value({static_cast<const std::byte*>(view.buf), static_cast<std::size_t>(view.len)},
                   hosts, options);
  PyBuffer_Release(&view);
  return value;
}

}  // namespace ringsnake::python
