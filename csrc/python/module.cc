// The extension's table of contents: `ringsnake._native`. Types: python/ringsnake/_native.pyi.
//
// Built against the limited API of CPython 3.11: one binary for every later version. No static
// state of an interpreter, so each that imports it has its own.
#include <Python.h>

#include "../core/peer.h"
#include "bulk_type.h"
#include "byte_sink.h"
#include "channel_type.h"
#include "doorbell_type.h"
#include "endpoint_type.h"
#include "fork_generation.h"
#include "py_ref.h"
#include "raise_status.h"
#include "region_type.h"
#include "ring_consumer_type.h"
#include "ring_producer_type.h"
#include "ring_window.h"
#include "value_decoder.h"
#include "value_encoder.h"

namespace ringsnake::python {
namespace {

PyObject* encode(PyObject*, PyObject* value) {
  ByteSink sink(nullptr, 0);
  if (!encode_value(sink, value)) return nullptr;
  const auto bytes = sink.written();
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

PyObject* decode(PyObject*, PyObject* data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) != 0) return nullptr;
  PyObject* const value =
      decode_value({static_cast<const std::byte*>(view.buf), static_cast<std::size_t>(view.len)});
  PyBuffer_Release(&view);
  return value;
}

PyObject* exit_with_parent_in(PyObject*, PyObject* args) {
  int parent_pid = 0;
  int grace_ms = 0;
  if (PyArg_ParseTuple(args, "ii", &parent_pid, &grace_ms) == 0) return nullptr;
  if (raise_if_failed(exit_with_parent(parent_pid, grace_ms))) return nullptr;
  Py_RETURN_NONE;
}

// Takes the type over; null with an exception set, as all that makes one returns it. False then.
bool add_type(PyObject* module, const char* name, PyObject* made) {
  const Ref type(made);
  return type && PyModule_AddObjectRef(module, name, type.get()) == 0;
}

int execute(PyObject* module) {
  if (!watch_forks()) {
    PyErr_NoMemory();
    return -1;
  }
  const bool added = add_type(module, "Endpoint", make_endpoint_type(module)) &&
                     add_type(module, "Channel", make_channel_type(module)) &&
                     add_type(module, "Bulk", make_bulk_type(module)) &&
                     add_type(module, "RingProducer", make_ring_producer_type(module)) &&
                     add_type(module, "RingConsumer", make_ring_consumer_type(module)) &&
                     add_type(module, "RingWindow", make_ring_window_type(module)) &&
                     add_type(module, "Region", make_region_type(module)) &&
                     add_type(module, "Doorbell", make_doorbell_type(module));
  return added ? 0 : -1;
}

PyMethodDef functions[] = {
    {"encode", encode, METH_O, nullptr},
    {"decode", decode, METH_O, nullptr},
    {"exit_with_parent", exit_with_parent_in, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_native", nullptr, 0, functions, slots, nullptr, nullptr, nullptr,
};

}  // namespace
}  // namespace ringsnake::python

PyMODINIT_FUNC PyInit__native() { return PyModuleDef_Init(&ringsnake::python::definition); }
