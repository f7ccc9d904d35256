#include "call_record_type.h"

#include <structmember.h>

#include <cstddef>

namespace ringsnake::python {
namespace {

CallRecord* as_record(PyObject* self) { return reinterpret_cast<CallRecord*>(self); }

int record_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_record(self)->handling);
  Py_VISIT(as_record(self)->method);
  return 0;
}

int record_clear(PyObject* self) {
  Py_CLEAR(as_record(self)->handling);
  Py_CLEAR(as_record(self)->method);
  return 0;
}

void record_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  record_clear(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

constexpr Py_ssize_t at(std::size_t offset) { return static_cast<Py_ssize_t>(offset); }

PyMemberDef members[] = {
    {"_handling", T_OBJECT_EX, at(offsetof(CallRecord, handling)), 0, nullptr},
    {"method", T_OBJECT_EX, at(offsetof(CallRecord, method)), 0, nullptr},
    {"call_id", T_UINT, at(offsetof(CallRecord, call_id)), 0, nullptr},
    {"parent", T_UINT, at(offsetof(CallRecord, parent)), 0, nullptr},
    {"interface_index", T_INT, at(offsetof(CallRecord, interface_index)), 0, nullptr},
    {"known_cancelled", T_BOOL, at(offsetof(CallRecord, known_cancelled)), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_traverse, reinterpret_cast<void*>(record_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(record_clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(record_dealloc)},
    {Py_tp_members, members},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.CallRecord", sizeof(CallRecord), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

PyObject* make_call_record_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
