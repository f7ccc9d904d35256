#include "direct_target.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "../core/direct_calls.h"
#include "byte_sink.h"
#include "endpoint_state.h"
#include "host_objects.h"
#include "py_fast.h"
#include "py_ref.h"
#include "raise_status.h"
#include "schema_program.h"
#include "take_exception.h"
#include "thread_depth.h"
#include "value_decoder.h"
#include "value_encoder.h"

namespace ringsnake::python {
namespace {

// What has gone wrong. Twin: `Stage` in ringsnake/_session/direct_calls.py.
enum class Stage : std::uint8_t { kArguments, kHandler, kResult };

struct TargetObject {
  PyObject_HEAD DirectTarget* target;
  PyObject* methods;   // by interface and method: (handler, method, arguments, result), or None
  PyObject* context;   // in which handlers run copies of
  PyObject* describe;  // (stage, method, error): the error as bytes
  PyObject* wait_for;  // (awaitable): what it gives
  PyObject* readers;   // of the user's types; null without
  PyObject* writers;
  HostObjects* hosts;
};

TargetObject* as_target(PyObject* self) { return reinterpret_cast<TargetObject*>(self); }

// Of this thread; null outside of direct calls.
thread_local DirectCall* current_call = nullptr;

// What this thread is in, until the end of a scope.
class Entered {
 public:
  explicit Entered(DirectCall* call) : before_(std::exchange(current_call, call)) {}
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  ~Entered() { current_call = before_; }

 private:
  DirectCall* before_;
};

// A call whose room is in use, until the end of a scope.
class Coding {
 public:
  explicit Coding(DirectCall* call) : call_(call) { call_->is_coding = true; }
  Coding(const Coding&) = delete;
  Coding& operator=(const Coding&) = delete;
  ~Coding() { call_->is_coding = false; }

 private:
  DirectCall* call_;
};

// Borrowed.
struct DirectMethod {
  PyObject* handler = nullptr;  // null: not to be called so
  PyObject* method = nullptr;
  PyObject* arguments = nullptr;
  PyObject* result = nullptr;
};

DirectMethod find_method(const TargetObject& target, const DirectCall& call) {
  if (call.interface_index >= tuple_size(target.methods)) return {};
  PyObject* const methods = tuple_item(target.methods, call.interface_index);
  if (call.method_index >= tuple_size(methods)) return {};
  PyObject* const entry = tuple_item(methods, call.method_index);
  if (entry == Py_None) return {};
  return {tuple_item(entry, 0), tuple_item(entry, 1), tuple_item(entry, 2), tuple_item(entry, 3)};
}

// Hands over what `bytes` are. False with MemoryError set.
bool give(std::span<const std::byte> bytes, bool in_room, DirectCall* call) {
  call->size = bytes.size();
  call->given = call->room;
  if (in_room) return true;
  if (bytes.size() > call->capacity) {
    call->given = static_cast<std::byte*>(std::malloc(bytes.size()));
    if (call->given == nullptr) {
      PyErr_NoMemory();
      return false;
    }
  }
  std::memcpy(call->given, bytes.data(), bytes.size());
  return true;
}

// Tells the caller of the current exception, which it clears.
DirectOutcome give_error(const TargetObject& target, Stage stage, PyObject* method,
                         DirectCall* call) {
  const Ref error(take_exception());
  const Ref described(PyObject_CallFunction(target.describe, "iOO", static_cast<int>(stage), method,
                                            error ? error.get() : Py_None));
  const bool is_described = described && PyBytes_Check(described.get()) != 0;
  const auto text = is_described ? bytes_of(described.get()) : std::span<const char>();
  if (!is_described || !give(std::as_bytes(text), false, call)) {
    // It has happened: who calls must hear of an error, if not of which.
    PyErr_WriteUnraisable(method);
    call->size = 0;
    call->given = call->room;
  }
  return DirectOutcome::kError;
}

bool encode_result(const TargetObject& target, PyObject* value, PyObject* program,
                   DirectCall* call) {
  const Coding coding(call);
  ByteSink sink(call->room, call->capacity);
  const EncodeOptions options{.writers = target.writers};
  Program to{};
  return read_program(program, &to) && encode_declared(sink, value, *target.hosts, to, options) &&
         give(sink.written(), sink.in_place(), call);
}

DirectOutcome run(const TargetObject& target, DirectCall* call) {
  const DirectMethod found = find_method(target, *call);
  if (found.handler == nullptr) return DirectOutcome::kElsewhere;
  Ref args;
  {
    const Coding coding(call);
    Program program{};
    const DecodeOptions options{.readers = target.readers};
    if (read_program(found.arguments, &program)) {
      args = Ref(decode_declared({call->arguments, call->length}, *target.hosts, program, options));
    }
  }
  if (!args) return give_error(target, Stage::kArguments, found.method, call);
  const Ref result(call_in_copy(target.context, found.handler, args.get(), target.wait_for));
  if (!result) return give_error(target, Stage::kHandler, found.method, call);
  if (!encode_result(target, result.get(), found.result, call))
    return give_error(target, Stage::kResult, found.method, call);
  return DirectOutcome::kResult;
}

DirectOutcome call_target(DirectTarget* target, void* thread, DirectCall* call) {
  PyEval_RestoreThread(static_cast<PyThreadState*>(thread));
  DirectOutcome outcome = DirectOutcome::kElsewhere;
  if (target->object != nullptr) {
    const Entered entered(call);
    // It may end while its method runs.
    const Ref kept(Py_NewRef(static_cast<PyObject*>(target->object)));
    outcome = run(*as_target(kept.get()), call);
  }
  PyEval_SaveThread();
  return outcome;
}

void* join_python() {
  PyGILState_Ensure();
  limit_depth_to_stack();
  return PyEval_SaveThread();
}

// DirectTarget(methods, context, describe, wait_for, types)
PyObject* target_new(PyTypeObject* type, PyObject* args, PyObject* /*keywords*/) {
  PyObject* methods = nullptr;
  PyObject* context = nullptr;
  PyObject* describe = nullptr;
  PyObject* wait_for = nullptr;
  PyObject* types = nullptr;
  if (PyArg_ParseTuple(args, "O!OOOO", &PyTuple_Type, &methods, &context, &describe, &wait_for,
                       &types) == 0) {
    return nullptr;
  }
  PyObject* const self = PyType_GenericAlloc(type, 0);
  if (self == nullptr) return nullptr;
  TargetObject& made = *as_target(self);
  made.hosts = host_objects(PyType_GetModule(type));
  made.methods = Py_NewRef(methods);
  made.context = Py_NewRef(context);
  made.describe = Py_NewRef(describe);
  made.wait_for = Py_NewRef(wait_for);
  if (types != Py_None) {
    made.readers = PyObject_GetAttrString(types, "_readers");
    made.writers = PyObject_GetAttrString(types, "_writers");
  }
  made.target = new (std::nothrow) DirectTarget;
  if (made.target == nullptr || PyErr_Occurred() != nullptr) {
    Py_DECREF(self);
    return PyErr_Occurred() == nullptr ? PyErr_NoMemory() : nullptr;
  }
  made.target->join = join_python;
  made.target->call = call_target;
  made.target->object = self;
  return self;
}

int target_traverse(PyObject* self, visitproc visit, void* arg) {
  const TargetObject& target = *as_target(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(target.methods);
  Py_VISIT(target.context);
  Py_VISIT(target.describe);
  Py_VISIT(target.wait_for);
  Py_VISIT(target.readers);
  Py_VISIT(target.writers);
  return 0;
}

int target_clear(PyObject* self) {
  TargetObject& target = *as_target(self);
  // The host may still call; it is told that there is nothing.
  if (target.target != nullptr) target.target->object = nullptr;
  Py_CLEAR(target.methods);
  Py_CLEAR(target.context);
  Py_CLEAR(target.describe);
  Py_CLEAR(target.wait_for);
  Py_CLEAR(target.readers);
  Py_CLEAR(target.writers);
  return 0;
}

void target_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  target_clear(self);
  PyObject_GC_Del(self);
  Py_DECREF(type);
}

// close(): no call comes any more
PyObject* target_close(PyObject* self, PyObject* /*ignored*/) {
  as_target(self)->target->object = nullptr;
  Py_RETURN_NONE;
}

PyObject* target_address(PyObject* self, void* /*closure*/) {
  return PyLong_FromVoidPtr(as_target(self)->target);
}

PyMethodDef methods[] = {
    {"close", target_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"address", target_address, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(target_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(target_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void*>(target_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(target_clear)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.DirectTarget", sizeof(TargetObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

PyObject* make_direct_target_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

PyObject* serve_host(PyObject* /*module*/, PyObject* /*ignored*/) {
  DirectCall* const call = current_call;
  if (call == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "this thread is in no direct call");
    return nullptr;
  }
  if (call->is_coding) return raise_in_use();
  PyThreadState* const thread = PyEval_SaveThread();
  const bool served = call->serve(call->host);
  PyEval_RestoreThread(thread);
  if (served) Py_RETURN_NONE;
  raise_text("SessionClosedError", "the host has ended the session with this worker, or the thread that made this call");
  return nullptr;
}

PyObject* in_direct_call(PyObject* /*module*/, PyObject* /*ignored*/) {
  return PyBool_FromLong(current_call != nullptr ? 1 : 0);
}

PyObject* forget_thread(PyObject* /*module*/, PyObject* address) {
  auto* const thread = static_cast<PyThreadState*>(PyLong_AsVoidPtr(address));
  if (PyErr_Occurred() != nullptr) return nullptr;
  PyThreadState_Clear(thread);
  PyThreadState_Delete(thread);
  Py_RETURN_NONE;
}

}  // namespace ringsnake::python
