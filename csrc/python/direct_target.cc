#include "direct_target.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "../core/direct_calls.h"
#include "byte_sink.h"
#include "direct_bulk.h"
#include "direct_method.h"
#include "endpoint_state.h"
#include "host_objects.h"
#include "msgpack.h"
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
  PyObject* methods;     // by interface and method: (handler, method, arguments, result), or None
  DirectMethods* known;  // the same
  PyObject* context;     // in copies of which handlers run
  PyObject* spare;       // such a copy, or null
  PyObject* describe;    // (stage, method, error): the error as bytes
  PyObject* wait_for;    // (awaitable): what it gives
  PyObject* readers;     // of the user's types; null without
  PyObject* writers;
  DirectBulk* bulk;
  HostObjects* hosts;
};

TargetObject* as_target(PyObject* self) { return reinterpret_cast<TargetObject*>(self); }

// Of this thread; null outside of direct calls.
thread_local DirectCall* current_call = nullptr;

// What this thread is in, until the end of a scope.
class Entered {
 public:
  explicit Entered(DirectCall* call) : place_(current_call), before_(std::exchange(place_, call)) {}
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  ~Entered() { place_ = before_; }

 private:
  DirectCall*& place_;  // to find it takes a call
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

bool decode_arguments(const TargetObject& target, const DirectMethod& method,
                      DirectArguments& arguments, DirectCall* call) {
  const Coding coding(call);
  const std::span bytes(call->arguments, call->length);
  DecodeOptions options{.readers = target.readers};
  if (!call->refers) return arguments.read(method, bytes, *target.hosts, options);
  auto bulk = target.bulk->incoming();
  if (bulk) options.bulk = &*bulk;
  return arguments.read(method, bytes, *target.hosts, options);
}

bool encode_result(const TargetObject& target, PyObject* value, const DirectMethod& method,
                   DirectCall* call) {
  const Coding coding(call);
  ByteSink sink(call->room, call->capacity);
  if (method.is_void) {
    std::byte* const nil = sink.reserve(1);
    if (nil == nullptr) return false;
    *nil = std::byte{kNil};
    return give(sink.written(), sink.in_place(), call);
  }
  EncodeOptions options{.writers = target.writers};
  std::optional<DirectBulk::Outgoing> bulk;
  if (method.may_refer) options.bulk = bulk.emplace(*target.bulk).get();
  if (!encode_declared(sink, value, *target.hosts, method.result, options) ||
      !give(sink.written(), sink.in_place(), call)) {
    return false;
  }
  if (bulk) bulk->lend();
  return true;
}

// New reference, or null with an exception set.
PyObject* call_handler(TargetObject& target, PyObject* handler, DirectArguments& arguments) {
  Ref context(enter_copy(target.context, &target.spare));
  if (!context) return nullptr;
  Ref result(arguments.call(handler));
  if (result && awaits(result.get()))
    result = Ref(PyObject_CallFunctionObjArgs(target.wait_for, result.get(), nullptr));
  exit_copy(target.context, std::move(context), &target.spare);
  return result.release();
}

DirectOutcome run(TargetObject& target, DirectCall* call) {
  const DirectMethod* const method = target.known->find(call->interface_index, call->method_index);
  if (method == nullptr) return DirectOutcome::kElsewhere;
  DirectArguments arguments;
  if (!decode_arguments(target, *method, arguments, call))
    return give_error(target, Stage::kArguments, method->method, call);
  const Ref result(call_handler(target, method->handler, arguments));
  if (!result) return give_error(target, Stage::kHandler, method->method, call);
  if (!encode_result(target, result.get(), *method, call))
    return give_error(target, Stage::kResult, method->method, call);
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

// What a type of the extension's own is. New reference, or null with an exception set.
PyObject* type_beside(PyTypeObject* type, const char* name) {
  return PyObject_GetAttrString(PyType_GetModule(type), name);
}

// Null with an exception set.
DirectBulk* make_bulk(PyTypeObject* type, PyObject* endpoint) {
  const Ref expected(type_beside(type, "Endpoint"));
  Ref bulk(type_beside(type, "Bulk"));
  if (!expected || !bulk) return nullptr;
  if (reinterpret_cast<PyObject*>(Py_TYPE(endpoint)) != expected.get() ||
      as_endpoint(endpoint)->state == nullptr) {
    PyErr_SetString(PyExc_TypeError, "a target needs an open Endpoint");
    return nullptr;
  }
  auto* const made = new (std::nothrow) DirectBulk(endpoint, std::move(bulk));
  if (made == nullptr) PyErr_NoMemory();
  return made;
}

// DirectTarget(methods, context, describe, wait_for, types, endpoint)
PyObject* target_new(PyTypeObject* type, PyObject* args, PyObject* /*keywords*/) {
  PyObject* methods = nullptr;
  PyObject* context = nullptr;
  PyObject* describe = nullptr;
  PyObject* wait_for = nullptr;
  PyObject* types = nullptr;
  PyObject* endpoint = nullptr;
  if (PyArg_ParseTuple(args, "O!OOOOO", &PyTuple_Type, &methods, &context, &describe, &wait_for,
                       &types, &endpoint) == 0) {
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
  made.known = new (std::nothrow) DirectMethods;
  if (made.target == nullptr || made.known == nullptr) PyErr_NoMemory();
  if (PyErr_Occurred() == nullptr) made.bulk = make_bulk(type, endpoint);
  if (PyErr_Occurred() != nullptr || !made.known->read(methods)) {
    Py_DECREF(self);
    return nullptr;
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
  Py_VISIT(target.spare);
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
  // What it borrows goes next.
  delete std::exchange(target.known, nullptr);
  delete std::exchange(target.bulk, nullptr);
  Py_CLEAR(target.methods);
  Py_CLEAR(target.context);
  Py_CLEAR(target.spare);
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
  raise_text("SessionClosedError",
             "the host has ended the session with this worker, or the thread that made this call");
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
