#include "direct_method.h"

#include "msgpack.h"
#include "py_fast.h"

namespace ringsnake::python {
namespace {

bool read_method(PyObject* entry, DirectMethod* out) {
  if (entry == Py_None) return true;
  PyObject* arguments = nullptr;
  PyObject* result = nullptr;
  if (PyArg_ParseTuple(entry, "OOOO", &out->handler, &out->method, &arguments, &result) == 0 ||
      !read_program(arguments, &out->arguments) || !read_program(result, &out->result)) {
    return false;
  }
  out->count = argument_count(out->arguments);
  const Shape shape = out->result.schema->node(out->result.entry).shape;
  out->is_void = shape == Shape::kVoid;
  // Of what is frequent; others cost a look.
  const bool is_small = out->is_void || shape == Shape::kNumber || shape == Shape::kInteger ||
                        shape == Shape::kBoolean || shape == Shape::kString;
  out->may_refer = !is_small;
  return true;
}

}  // namespace

bool DirectMethods::read(PyObject* interfaces) {
  interfaces_.resize(static_cast<std::size_t>(PyTuple_Size(interfaces)));
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    PyObject* const entries = PyTuple_GetItem(interfaces, static_cast<Py_ssize_t>(i));
    const Py_ssize_t count = PyTuple_Size(entries);
    if (count < 0) return false;
    interfaces_[i].resize(static_cast<std::size_t>(count));
    for (Py_ssize_t j = 0; j < count; ++j) {
      if (!read_method(PyTuple_GetItem(entries, j), &interfaces_[i][static_cast<std::size_t>(j)]))
        return false;
    }
  }
  return true;
}

bool DirectArguments::read(const DirectMethod& method, std::span<const std::byte> bytes,
                           HostObjects& hosts, const DecodeOptions& options) {
  const std::size_t count = method.count.value_or(kMost + 1);
  if (count == 0 && bytes.size() == 1 && bytes[0] == std::byte{kFixarray}) return true;
  if (count <= kMost) {
    const std::span<PyObject*> items = std::span(items_).subspan(1, count);
    if (decode_arguments(bytes, hosts, method.arguments, options, items)) {
      count_ = count;
      return true;
    }
    if (PyErr_Occurred() != nullptr) return false;
  }
  list_ = Ref(decode_declared(bytes, hosts, method.arguments, options));
  return static_cast<bool>(list_);
}

PyObject* DirectArguments::call(PyObject* handler) {
  return list_ ? call_with_list(handler, list_.get())
               : call_with_items(handler, items_.data() + 1, count_);
}

}  // namespace ringsnake::python
