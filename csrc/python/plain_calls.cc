#include "plain_calls.h"

#include <cstddef>

#include "py_fast.h"

namespace ringsnake::python {
namespace {

constexpr Py_ssize_t kSetArguments = 5;

Ref interned(const char* name) { return Ref(PyUnicode_InternFromString(name)); }

}  // namespace

bool PlainCalls::set(PyObject* const* args, Py_ssize_t count) {
  if (count != kSetArguments || PyTuple_Check(args[0]) == 0 || PyType_Check(args[2]) == 0 ||
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
  name_handling_ = interned("_handling");
  name_call_id_ = interned("call_id");
  name_parent_ = interned("parent");
  name_method_ = interned("method");
  name_interface_ = interned("interface_index");
  name_cancelled_ = interned("known_cancelled");
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
  const Ref parent(PyLong_FromUnsignedLong(header.parent));
  const Ref interface(PyLong_FromUnsignedLong(header.interface_index));
  const bool made = call && parent && interface &&
                    PyObject_SetAttr(call.get(), name_handling_.get(), handling_.get()) == 0 &&
                    PyObject_SetAttr(call.get(), name_call_id_.get(), call_id) == 0 &&
                    PyObject_SetAttr(call.get(), name_parent_.get(), parent.get()) == 0 &&
                    PyObject_SetAttr(call.get(), name_method_.get(), method.method) == 0 &&
                    PyObject_SetAttr(call.get(), name_interface_.get(), interface.get()) == 0 &&
                    PyDict_SetItem(open_.get(), call_id, call.get()) == 0;
  return made ? call.release() : nullptr;
}

PyObject* PlainCalls::run(PyObject* handler, PyObject* call, PyObject* args, Ref* context) const {
  return call_in_context({.variable = current_.get(), .value = call}, handler, args, context);
}

bool PlainCalls::is_cancelled(PyObject* call) const {
  const Ref cancelled(PyObject_GetAttr(call, name_cancelled_.get()));
  return cancelled.get() != Py_False;
}

void PlainCalls::end(PyObject* call_id) const {
  // The session may have ended, and has forgotten it then.
  if (PyDict_DelItem(open_.get(), call_id) != 0) PyErr_Clear();
}

bool is_awaitable(PyObject* value) {
  return PyType_GetSlot(Py_TYPE(value), Py_am_await) != nullptr;
}

}  // namespace ringsnake::python
