#include "program_runner_type.h"

#include <structmember.h>

#include <cstddef>
#include <optional>

#include "../core/wire_constants.gen.h"
#include "py_fast.h"
#include "py_ref.h"
#include "take_exception.h"

namespace ringsnake::python {
namespace {

// At the beginning of each instance, also of a subclass.
struct ProgramRunner {
  PyObject_HEAD PyObject* objects;  // a dict: what is lent, by number; owned, as is the next
  PyObject* callback_type;  // of functions that were given, of which the subclass knows more
  char is_exposed;          // whether the peer may use what it was not given
};

// [number, get, name] or [number, call, operands, nothing]. Borrowed.
struct ShortProgram {
  PyObject* subject;
  PyObject* given;
  bool is_call;
};

constexpr Py_ssize_t kReadItems = 3;
constexpr Py_ssize_t kCallItems = 4;

ProgramRunner* as_runner(PyObject* self) { return reinterpret_cast<ProgramRunner*>(self); }

// Whether the peer gets it by value, and gives it so.
bool is_plain(PyObject* value) {
  return value == Py_None || PyUnicode_CheckExact(value) != 0 || PyLong_CheckExact(value) != 0 ||
         PyFloat_CheckExact(value) != 0 || PyBool_Check(value) != 0;
}

bool are_plain(PyObject* operands) {
  if (PyList_CheckExact(operands) == 0) return false;
  for (Py_ssize_t i = 0; i < list_size(operands); ++i) {
    if (!is_plain(list_item(operands, i))) return false;
  }
  return true;
}

bool is_step(PyObject* item, ProxyStep step) {
  long long value = 0;
  if (PyLong_CheckExact(item) == 0) return false;
  if (!small_int(item, &value)) value = PyLong_AsLongLong(item);
  // What is too large is no step.
  if (value == -1) PyErr_Clear();
  return value == static_cast<long long>(step);
}

// Nothing: whatever else it is, the subclass says.
std::optional<ShortProgram> read_short_program(const ProgramRunner& runner, PyObject* program) {
  // A subclass may have forgotten to say where the objects are.
  if (runner.is_exposed == 0 || runner.objects == nullptr || PyList_CheckExact(program) == 0) {
    return std::nullopt;
  }
  const Py_ssize_t size = list_size(program);
  if (size != kReadItems && size != kCallItems) return std::nullopt;
  const bool is_call = size == kCallItems;
  PyObject* const number = list_item(program, 0);
  PyObject* const given = list_item(program, 2);
  if (PyLong_CheckExact(number) == 0 ||
      !is_step(list_item(program, 1), is_call ? ProxyStep::kCall : ProxyStep::kGet)) {
    return std::nullopt;
  }
  const bool is_short = is_call ? are_plain(given) && list_item(program, 3) == Py_None
                                : PyUnicode_CheckExact(given) != 0;
  PyObject* const subject = is_short ? PyDict_GetItemWithError(runner.objects, number) : nullptr;
  if (subject == nullptr ||
      Py_TYPE(subject) == reinterpret_cast<PyTypeObject*>(runner.callback_type)) {
    return std::nullopt;
  }
  return ShortProgram{subject, given, is_call};
}

PyObject* call(PyObject* self, PyObject* function, PyObject* operands) {
  return has_own_frame(function) ? call_with_list(function, operands)
                                 : PyObject_CallMethod(self, "call", "OO", function, operands);
}

// run(program)
PyObject* runner_run(PyObject* self, PyObject* program) {
  const auto found = read_short_program(*as_runner(self), program);
  if (!found) return PyObject_CallMethod(self, "run_other", "(O)", program);
  // What runs now may give it back.
  const Ref subject(Py_NewRef(found->subject));
  Ref value(found->is_call ? call(self, subject.get(), found->given)
                           : PyObject_GetAttr(subject.get(), found->given));
  if (!value) {
    const Ref error(take_exception());
    return PyObject_CallMethod(self, "failed", "(O)", error.get());
  }
  if (is_plain(value.get())) return value.release();
  return PyObject_CallMethod(self, "answer", "OO", program, value.get());
}

int runner_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_runner(self)->objects);
  Py_VISIT(as_runner(self)->callback_type);
  return 0;
}

int runner_clear(PyObject* self) {
  Py_CLEAR(as_runner(self)->objects);
  Py_CLEAR(as_runner(self)->callback_type);
  return 0;
}

void runner_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  runner_clear(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

// (objects, callback_type)
int runner_init(PyObject* self, PyObject* args, PyObject*) {
  PyObject* objects = nullptr;
  PyObject* callback_type = nullptr;
  if (PyArg_ParseTuple(args, "O!O!", &PyDict_Type, &objects, &PyType_Type, &callback_type) == 0) {
    return -1;
  }
  runner_clear(self);
  as_runner(self)->objects = Py_NewRef(objects);
  as_runner(self)->callback_type = Py_NewRef(callback_type);
  return 0;
}

PyMethodDef methods[] = {
    {"run", runner_run, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef members[] = {
    {"is_exposed", T_BOOL, static_cast<Py_ssize_t>(offsetof(ProgramRunner, is_exposed)), 0,
     nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_init, reinterpret_cast<void*>(runner_init)},
    {Py_tp_traverse, reinterpret_cast<void*>(runner_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(runner_clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(runner_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_members, members},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.ProgramRunner", sizeof(ProgramRunner), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

PyObject* run_without_code(PyObject* handler, PyObject* args) {
  if (PyCFunction_CheckExact(handler) == 0 || PyCFunction_GetFunction(handler) != runner_run ||
      list_size(args) != 1) {
    return nullptr;
  }
  const ProgramRunner& runner = *as_runner(PyCFunction_GetSelf(handler));
  const auto found = read_short_program(runner, list_item(args, 0));
  if (!found || found->is_call) return nullptr;
  Ref value(attribute_without_code(found->subject, found->given));
  return value && is_plain(value.get()) ? value.release() : nullptr;
}

PyObject* make_program_runner_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
