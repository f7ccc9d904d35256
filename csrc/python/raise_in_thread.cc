#include "raise_in_thread.h"

namespace ringsnake::python {

PyObject* raise_in_thread(PyObject* /*module*/, PyObject* args) {
  unsigned long thread = 0;
  PyObject* type = nullptr;
  if (PyArg_ParseTuple(args, "kO", &thread, &type) == 0) return nullptr;
  return PyBool_FromLong(PyThreadState_SetAsyncExc(thread, type == Py_None ? nullptr : type));
}

}  // namespace ringsnake::python
