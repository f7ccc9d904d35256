// An owned reference, given up at the end of its scope. Threads: those that hold the GIL.
#pragma once

#include <Python.h>

#include <utility>

namespace ringsnake::python {

class Ref {
 public:
  Ref() = default;
  // Takes the reference over; may be null.
  explicit Ref(PyObject* owned) : object_(owned) {}
  Ref(Ref&& from) noexcept : object_(from.release()) {}
  Ref& operator=(Ref&& from) noexcept {
    std::swap(object_, from.object_);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

}  // namespace ringsnake::python
