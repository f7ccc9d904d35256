#include "region_type.h"

#include <memory>
#include <new>
#include <utility>

#include "../core/region.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

struct RegionObject {
  PyObject_HEAD std::shared_ptr<Region> region;  // null after close()
};

std::shared_ptr<Region>& region_of(PyObject* self) {
  return reinterpret_cast<RegionObject*>(self)->region;
}

// ("create", ring capacity) or ("attach", descriptor)
PyObject* region_new(PyTypeObject* type, PyObject* args, PyObject*) {
  const char* kind = nullptr;
  unsigned int number = 0;
  if (PyArg_ParseTuple(args, "sI", &kind, &number) == 0) return nullptr;
  std::shared_ptr<Region> region;
  const Status status = kind[0] == 'c' ? Region::create(number, &region)
                                       : Region::attach(static_cast<int>(number), &region);
  if (raise_if_failed(status)) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self != nullptr) new (&region_of(self)) std::shared_ptr<Region>(std::move(region));
  return self;
}

void region_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  region_of(self).~shared_ptr();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* region_close(PyObject* self, PyObject*) {
  region_of(self).reset();
  Py_RETURN_NONE;
}

PyObject* region_descriptor(PyObject* self, void*) {
  return PyLong_FromLong(region_of(self) ? region_of(self)->descriptor() : -1);
}

PyObject* region_ring_capacity(PyObject* self, void*) {
  return PyLong_FromUnsignedLong(region_of(self) ? region_of(self)->ring_capacity() : 0);
}

PyMethodDef methods[] = {
    {"close", region_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"descriptor", region_descriptor, nullptr, nullptr, nullptr},
    {"ring_capacity", region_ring_capacity, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(region_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(region_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.Region", sizeof(RegionObject), 0, Py_TPFLAGS_DEFAULT, slots};

}  // namespace

PyObject* make_region_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
