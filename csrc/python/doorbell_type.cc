#include "doorbell_type.h"

#include <new>
#include <utility>

#include "../core/doorbell.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

struct DoorbellObject {
  PyObject_HEAD Doorbell doorbell;
};

Doorbell& doorbell_of(PyObject* self) { return reinterpret_cast<DoorbellObject*>(self)->doorbell; }

// () or (descriptor,), which it takes over
PyObject* doorbell_new(PyTypeObject* type, PyObject* args, PyObject*) {
  int descriptor = -1;
  if (PyArg_ParseTuple(args, "|i", &descriptor) == 0) return nullptr;
  Doorbell doorbell(descriptor);
  if (descriptor < 0 && raise_if_failed(Doorbell::create(&doorbell))) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self != nullptr) new (&doorbell_of(self)) Doorbell(std::move(doorbell));
  return self;
}

void doorbell_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  doorbell_of(self).~Doorbell();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* doorbell_press(PyObject* self, PyObject*) {
  doorbell_of(self).press();
  Py_RETURN_NONE;
}

PyObject* doorbell_clear(PyObject* self, PyObject*) {
  doorbell_of(self).clear();
  Py_RETURN_NONE;
}

PyObject* doorbell_close(PyObject* self, PyObject*) {
  const Doorbell closed = std::exchange(doorbell_of(self), Doorbell());
  Py_RETURN_NONE;
}

PyObject* doorbell_descriptor(PyObject* self, void*) {
  return PyLong_FromLong(doorbell_of(self).descriptor());
}

PyMethodDef methods[] = {
    {"press", doorbell_press, METH_NOARGS, nullptr},
    {"clear", doorbell_clear, METH_NOARGS, nullptr},
    {"close", doorbell_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"descriptor", doorbell_descriptor, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(doorbell_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(doorbell_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.Doorbell", sizeof(DoorbellObject), 0, Py_TPFLAGS_DEFAULT,
                    slots};

}  // namespace

PyObject* make_doorbell_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
