// The extension's table of contents: `ringsnake._native`. Types: python/ringsnake/_native.pyi.
//
// Built twice: against the limited API of CPython 3.11, one binary for every later version, and
// with all that one version has (py_fast.h). No static state of an interpreter, so each that
// imports it has its own.
#include <Python.h>

#include "../core/peer.h"
#include "bulk_type.h"
#include "call_record_type.h"
#include "channel_type.h"
#include "direct_target.h"
#include "doorbell_type.h"
#include "embedder.h"
#include "endpoint_type.h"
#include "fast_arguments.h"
#include "fork_generation.h"
#include "host_objects.h"
#include "item_batch_type.h"
#include "program_runner_type.h"
#include "py_fast.h"
#include "py_ref.h"
#include "raise_in_thread.h"
#include "raise_status.h"
#include "region_type.h"
#include "ring_consumer_type.h"
#include "ring_producer_type.h"
#include "ring_window.h"
#include "schema_type.h"
#include "value_functions.h"
#include "value_sequence_types.h"

#ifdef Py_GIL_DISABLED
#error "ringsnake needs a CPython with its global interpreter lock: not a free-threaded one"
#endif

namespace ringsnake::python {
namespace {

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
  const bool added = PyModule_AddStringConstant(module, "build", kBuild) == 0 &&
                     add_type(module, "Endpoint", make_endpoint_type(module)) &&
                     add_type(module, "Channel", make_channel_type(module)) &&
                     add_type(module, "Bulk", make_bulk_type(module)) &&
                     add_type(module, "DirectTarget", make_direct_target_type(module)) &&
                     add_type(module, "CallRecord", make_call_record_type(module)) &&
                     add_type(module, "RingProducer", make_ring_producer_type(module)) &&
                     add_type(module, "RingConsumer", make_ring_consumer_type(module)) &&
                     add_type(module, "RingWindow", make_ring_window_type(module)) &&
                     add_type(module, "Region", make_region_type(module)) &&
                     add_type(module, "Schema", make_schema_type(module)) &&
                     add_type(module, "Program", make_program_type(module)) &&
                     add_type(module, "ItemBatch", make_item_batch_type(module)) &&
                     add_type(module, "ProgramRunner", make_program_runner_type(module)) &&
                     add_type(module, "ValueEncoder", make_value_encoder_type(module)) &&
                     add_type(module, "ValueDecoder", make_value_decoder_type(module)) &&
                     add_type(module, "Doorbell", make_doorbell_type(module));
  return added ? 0 : -1;
}

PyMethodDef functions[] = {
    {"encode", as_method(encode_function), METH_FASTCALL | METH_KEYWORDS, kEncodeDocumentation},
    {"decode", as_method(decode_function), METH_FASTCALL | METH_KEYWORDS, kDecodeDocumentation},
    {"exit_with_parent", exit_with_parent_in, METH_VARARGS, nullptr},
    {"embedder_started", embedder_started, METH_O, nullptr},
    {"forget_thread", forget_thread, METH_O, nullptr},
    {"freeze", freeze, METH_O, nullptr},
    {"in_direct_call", in_direct_call, METH_NOARGS, nullptr},
    {"raise_below_frame", raise_below_frame, METH_VARARGS, nullptr},
    {"raise_in_thread", raise_in_thread, METH_VARARGS, nullptr},
    {"serve_host", serve_host, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
    {0, nullptr},
};

int traverse(PyObject* module, visitproc visit, void* arg) {
  HostObjects* const hosts = host_objects(module);
  return hosts == nullptr ? 0 : hosts->traverse(visit, arg);
}

int clear(PyObject* module) {
  HostObjects* const hosts = host_objects(module);
  if (hosts != nullptr) hosts->clear();
  return 0;
}

void release(void* module) { clear(static_cast<PyObject*>(module)); }

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "_native",
    nullptr,
    sizeof(HostObjects),
    functions,
    slots,
    traverse,
    clear,
    release,
};

}  // namespace
}  // namespace ringsnake::python

PyMODINIT_FUNC PyInit__native() { return PyModuleDef_Init(&ringsnake::python::definition); }
