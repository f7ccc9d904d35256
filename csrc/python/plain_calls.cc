#include "plain_calls.h"

#include <cstddef>

#include "call_record_type.h"
#include "py_fast.h"

namespace ringsnake::python {
namespace {

constexpr Py_ssize_t kSetArguments = 5;

// Whether its instances are CallRecords.
bool is_call_class(PyObject* type) {
  const Ref module(PyImport_ImportModule("ringsnake._native"));
  const Ref base(module ? PyObject_GetAttrString(module.get(), "CallRecord") : nullptr);
  return base && PyType_Check(type) != 0 &&
         PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type),
                          reinterpret_cast<PyTypeObject*>(base.get())) != 0;
}

}  // namespace

bool PlainCalls::set(PyObject* const* args, Py_ssize_t count) {
  if (count != kSetArguments || PyTuple_Check(args[0]) == 0 || !is_call_class(args[2]) ||
      PyDict_Check(args[4]) == 0) {
    PyErr_SetString(PyExc_TypeError,
                    "set_plain_calls takes methods, handling, call type, current, open calls");
    return false;
  }
  methods_ = Ref(Py_NewRef(args[0]));
  handling_ = Ref(Py_NewRef(args[1]));
  call_type_ = Ref(Py_NewRef(args[2]));
  current_ = Ref(Py_NewRef(args[3]));
  open_ = Ref(Py_NewRef(args[4]));
  nothing_ = Ref(PyTuple_New(0));
  make_ = reinterpret_cast<newfunc>(PyType_GetSlot(&PyBaseObject_Type, Py_tp_new));
  return PyErr_Occurred() == nullptr;
}

PlainMethod PlainCalls::find(const FrameHeader& header, PyObject* call_id) const {
  if (!methods_ || header.interface_index >= PyTuple_Size(methods_.get())) return {};
  PyObject* const methods = PyTuple_GetItem(methods_.get(), header.interface_index);
  if (header.method_index >= static_cast<std::size_t>(PyTuple_Size(methods))) return {};
  PyObject* const entry = PyTuple_GetItem(methods, static_cast<Py_ssize_t>(header.method_index));
  if (entry == Py_None || PyDict_Contains(open_.get(), call_id) != 0) return {};
  return {PyTuple_GetItem(entry, 0), PyTuple_GetItem(entry, 1), PyTuple_GetItem(entry, 2)};
}

PyObject* PlainCalls::begin(const FrameHeader& header, PyObject* call_id,
                            const PlainMethod& method) const {
  // What its __init__() does, which would be a call into Python.
  Ref call(make_(reinterpret_cast<PyTypeObject*>(call_type_.get()), nothing_.get(), nullptr));
  if (!call) return nullptr;
  auto* const record = reinterpret_cast<CallRecord*>(call.get());
  record->handling = Py_NewRef(handling_.get());
  record->method = Py_NewRef(method.method);
  record->call_id = header.call_id;
  record->parent = header.parent;
  record->interface_index = header.interface_index;
  return PyDict_SetItem(open_.get(), call_id, call.get()) == 0 ? call.release() : nullptr;
}

PyObject* PlainCalls::run(PyObject* handler, PyObject* call, PyObject* args, Ref* context) const {
  return call_in_context({.variable = current_.get(), .value = call}, handler, args, context);
}

void PlainCalls::end(PyObject* call_id) const {
  // The session may have ended, and has forgotten it then.
  if (PyDict_DelItem(open_.get(), call_id) != 0) PyErr_Clear();
}

bool is_awaitable(PyObject* value) {
  return PyType_GetSlot(Py_TYPE(value), Py_am_await) != nullptr;
}

}  // namespace ringsnake::python
