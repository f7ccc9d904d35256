#include "raise_in_thread.h"

#include "py_ref.h"

namespace ringsnake::python {
namespace {

// Finalizers that a collection calls may let other threads run.
class NoCollection {
 public:
  NoCollection() : was_enabled_(PyGC_Disable() != 0) {}
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;
  ~NoCollection() {
    if (was_enabled_) PyGC_Enable();
  }

 private:
  bool was_enabled_;
};

bool is_below(PyObject* frame, PyObject* folder) {
  const Ref code(PyObject_GetAttrString(frame, "f_code"));
  if (!code) return false;
  const Ref file(PyObject_GetAttrString(code.get(), "co_filename"));
  if (!file || PyUnicode_Check(file.get()) == 0 || PyUnicode_GetLength(folder) == 0) return false;
  return PyUnicode_Tailmatch(file.get(), folder, 0, PY_SSIZE_T_MAX, -1) == 1;
}

// What a thread runs at the moment; null when nothing, or with an exception set. New reference.
PyObject* frame_of(PyObject* thread) {
  PyObject* const ask = PySys_GetObject("_current_frames");  // borrowed
  if (ask == nullptr) return nullptr;
  const Ref frames(PyObject_CallNoArgs(ask));
  return frames ? Py_XNewRef(PyDict_GetItemWithError(frames.get(), thread)) : nullptr;
}

struct Wanted {
  PyObject* frame = nullptr;
  PyObject* package = nullptr;
  PyObject* programs = nullptr;
};

bool is_called_by(const Wanted& wanted, PyObject* thread) {
  Ref frame(frame_of(thread));
  for (bool is_last = true; frame && frame.get() != Py_None; is_last = false) {
    if (frame.get() == wanted.frame) return !is_last;
    const bool is_own = is_below(frame.get(), wanted.package) &&
                        (is_last || !is_below(frame.get(), wanted.programs));
    if (is_own || PyErr_Occurred() != nullptr) return false;
    frame = Ref(PyObject_GetAttrString(frame.get(), "f_back"));
  }
  return false;
}

}  // namespace

PyObject* raise_in_thread(PyObject* /*module*/, PyObject* args) {
  unsigned long thread = 0;
  PyObject* type = nullptr;
  if (PyArg_ParseTuple(args, "kO", &thread, &type) == 0) return nullptr;
  return PyBool_FromLong(PyThreadState_SetAsyncExc(thread, type == Py_None ? nullptr : type));
}

PyObject* raise_below_frame(PyObject* /*module*/, PyObject* args) {
  PyObject* thread = nullptr;
  PyObject* type = nullptr;
  Wanted wanted;
  if (PyArg_ParseTuple(args, "O!OOUU", &PyLong_Type, &thread, &type, &wanted.frame, &wanted.package,
                       &wanted.programs) == 0) {
    return nullptr;
  }
  const NoCollection quiet;
  const bool is_meant = is_called_by(wanted, thread);
  if (PyErr_Occurred() != nullptr) return nullptr;
  const int raised = is_meant ? PyThreadState_SetAsyncExc(PyLong_AsUnsignedLong(thread), type) : 0;
  return PyBool_FromLong(raised);
}

}  // namespace ringsnake::python
