// A slot of a user's class, filled and read: by its place in the object, or, with the limited API,
// by its descriptor. Needs the GIL.
#pragma once

#include <Python.h>
#ifndef Py_LIMITED_API
#include <structmember.h>
#endif

#include <utility>

#include "py_ref.h"

namespace ringsnake::python {

#ifdef Py_LIMITED_API

// One slot of a class that has `__slots__`. Owns its descriptor.
class Slot {
 public:
  // False with ValueError set if that is not a slot's.
  bool open(Ref descriptor) {
    PyTypeObject* const type = Py_TYPE(descriptor.get());
    set_ = reinterpret_cast<descrsetfunc>(PyType_GetSlot(type, Py_tp_descr_set));
    get_ = reinterpret_cast<descrgetfunc>(PyType_GetSlot(type, Py_tp_descr_get));
    descriptor_ = std::move(descriptor);
    if (set_ == nullptr || get_ == nullptr) PyErr_SetString(PyExc_ValueError, "not a slot");
    return set_ != nullptr && get_ != nullptr;
  }

  // New reference; nullptr, maybe with an exception set, if it is empty. REQUIRES: an instance.
  PyObject* load(PyObject* object) const {
    return get_(descriptor_.get(), object, reinterpret_cast<PyObject*>(Py_TYPE(object)));
  }
  // Takes the value over. REQUIRES: an instance, whose slot is empty.
  bool fill(PyObject* object, PyObject* value) const {
    const int failed = set_(descriptor_.get(), object, value);
    Py_DECREF(value);
    return failed == 0;
  }
  PyObject* descriptor() const { return descriptor_.get(); }

 private:
  Ref descriptor_;
  descrsetfunc set_ = nullptr;
  descrgetfunc get_ = nullptr;
};

#else

class Slot {
 public:
  bool open(Ref descriptor) {
    const bool is_member = Py_TYPE(descriptor.get()) == &PyMemberDescr_Type;
    const PyMemberDef* const member =
        is_member ? reinterpret_cast<PyMemberDescrObject*>(descriptor.get())->d_member : nullptr;
    if (member == nullptr || member->type != T_OBJECT_EX) {
      PyErr_SetString(PyExc_ValueError, "not a slot");
      return false;
    }
    offset_ = member->offset;
    descriptor_ = std::move(descriptor);
    return true;
  }

  PyObject* load(PyObject* object) const { return Py_XNewRef(*place(object)); }
  bool fill(PyObject* object, PyObject* value) const {
    *place(object) = value;
    return true;
  }
  PyObject* descriptor() const { return descriptor_.get(); }

 private:
  PyObject** place(PyObject* object) const {
    return reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + offset_);
  }

  Ref descriptor_;
  Py_ssize_t offset_ = 0;
};

#endif

}  // namespace ringsnake::python
