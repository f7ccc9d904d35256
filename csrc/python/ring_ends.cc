#include "ring_ends.h"

namespace ringsnake::python {
namespace {

struct RingEndObject {
  PyObject_HEAD PyObject* channel;
};

// An end may lie in an attribute of its own channel.
int ring_end_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(channel_of(self));
  return 0;
}

void ring_end_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_XDECREF(channel_of(self));
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

}  // namespace

PyObject* channel_of(PyObject* end) { return reinterpret_cast<RingEndObject*>(end)->channel; }

PyObject* make_ring_end(PyObject* type, PyObject* channel) {
  auto* const end_type = reinterpret_cast<PyTypeObject*>(type);
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(end_type, Py_tp_alloc));
  PyObject* const self = allocate(end_type, 0);
  if (self != nullptr) reinterpret_cast<RingEndObject*>(self)->channel = Py_NewRef(channel);
  return self;
}

PyObject* make_ring_end_type(PyObject* module, const RingEndType& described) {
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>(described.documentation)},
      {Py_tp_traverse, reinterpret_cast<void*>(ring_end_traverse)},
      {Py_tp_dealloc, reinterpret_cast<void*>(ring_end_dealloc)},
      {Py_tp_methods, described.methods},
      {Py_tp_getset, described.attributes},
      {0, nullptr},
  };
  PyType_Spec spec = {described.name, sizeof(RingEndObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                      slots};
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
