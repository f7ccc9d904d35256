#include "endpoint_type.h"

#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "bulk_type.h"
#include "endpoint_receive.h"
#include "endpoint_send.h"
#include "endpoint_state.h"
#include "fast_arguments.h"
#include "raise_status.h"
#include "ring_statistics.h"
#include "without_gil.h"

namespace ringsnake::python {
namespace {

// Longer than this is for ever.
constexpr double kLongestWaitSeconds = 1e9;

PyObject* endpoint_new(PyTypeObject* type, PyObject* args, PyObject*) {
  auto* const hosts = static_cast<HostObjects*>(PyType_GetModuleState(type));
  OpenedEndpoint opened;
  if (hosts == nullptr || !open_endpoint(args, &opened)) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self == nullptr) return nullptr;
  as_endpoint(self)->state = new (std::nothrow) EndpointState(std::move(opened), *hosts);
  if (as_endpoint(self)->state == nullptr) {
    Py_DECREF(self);
    return PyErr_NoMemory();
  }
  return self;
}

void endpoint_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  delete as_endpoint(self)->state;
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* endpoint_close(PyObject* self, PyObject*) {
  const EndpointState* const state = as_endpoint(self)->state;
  if (state != nullptr && state->is_in_use) return raise_in_use();
  delete std::exchange(as_endpoint(self)->state, nullptr);
  Py_RETURN_NONE;
}

PyObject* endpoint_set_bulk_threshold(PyObject* self, PyObject* bytes) {
  EndpointState* const state = open_state(self);
  const Py_ssize_t threshold = state == nullptr ? -1 : PyLong_AsSsize_t(bytes);
  if (threshold < 0) return nullptr;
  state->outgoing.set_threshold(static_cast<std::size_t>(threshold));
  Py_RETURN_NONE;
}

// set_types(registry): see TypeRegistry; None takes them away
PyObject* endpoint_set_types(PyObject* self, PyObject* registry) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  Ref writers;
  Ref readers;
  if (registry != Py_None) {
    PyObject* const writers_name = state->hosts.get(Host::kNameWriters);
    PyObject* const readers_name = state->hosts.get(Host::kNameReaders);
    if (writers_name == nullptr || readers_name == nullptr) return nullptr;
    writers = Ref(PyObject_GetAttr(registry, writers_name));
    readers = Ref(writers ? PyObject_GetAttr(registry, readers_name) : nullptr);
    if (!readers || PyDict_Check(writers.get()) == 0 || PyDict_Check(readers.get()) == 0) {
      PyErr_Clear();
      PyErr_SetString(PyExc_TypeError, "types must be a TypeRegistry or None");
      return nullptr;
    }
  }
  state->writers = std::move(writers);
  state->readers = std::move(readers);
  Py_RETURN_NONE;
}

// set_references(port): see ringsnake._wire.references
PyObject* endpoint_set_references(PyObject* self, PyObject* port) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->references = Ref(Py_NewRef(port));
  Py_RETURN_NONE;
}

// allocate(size): a Bulk whose memory can be sent without a copy; None when there is none now
PyObject* endpoint_allocate(PyObject* self, PyObject* size_object) {
  EndpointState* const state = open_state(self);
  const Py_ssize_t size = state == nullptr ? -1 : PyLong_AsSsize_t(size_object);
  if (size < 0) return nullptr;
  std::optional<BulkLender::Allocation> allocation;
  const auto wanted = static_cast<std::uint64_t>(size);
  if (raise_if_failed(state->endpoint.try_allocate_value(wanted, &allocation))) return nullptr;
  if (!allocation) Py_RETURN_NONE;
  const Ref module(PyImport_ImportModule("ringsnake._native"));
  const Ref type(module ? PyObject_GetAttrString(module.get(), "Bulk") : nullptr);
  if (!type) {
    state->endpoint.lender.drop(allocation->number);
    return nullptr;
  }
  return make_bulk(type.get(), {state->owner.endpoint, allocation->number, wanted});
}

PyObject* endpoint_wake_peer(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.waiter.wake_after_commit();
  Py_RETURN_NONE;
}

PyObject* endpoint_want(PyObject* self, PyObject* wanted) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->has_backlog = wanted == Py_True;
  want(state->endpoint.waiter, wanted == Py_True ? state->lack : Lack::nothing());
  Py_RETURN_NONE;
}

PyObject* endpoint_ready(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyBool_FromLong(state->endpoint.waiter.ready() ? 1 : 0);
}

PyObject* endpoint_spin(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  // A short look first: giving the lock up and taking it again takes longer than many an answer.
  bool ready = state->endpoint.waiter.look_briefly();
  if (!ready) {
    const WithoutGil scope;
    ready = state->endpoint.waiter.spin();
  }
  return PyBool_FromLong(ready ? 1 : 0);
}

PyObject* endpoint_park_in_loop(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr
                          : PyBool_FromLong(state->endpoint.waiter.park_in_loop() ? 1 : 0);
}

// wait(seconds): negative, for ever. What ended it; an interrupt of the thread's own code is
// raised.
PyObject* endpoint_wait(PyObject* self, PyObject* seconds) {
  EndpointState* const state = open_state(self);
  const double timeout = state == nullptr ? 0 : PyFloat_AsDouble(seconds);
  if (PyErr_Occurred() != nullptr) return nullptr;
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> until;
  if (timeout >= 0 && timeout < kLongestWaitSeconds) {
    until = Clock::now() +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout));
  }
  auto result = WaitResult::kReady;
  // A short look first: giving the lock up and taking it again takes longer than many an answer.
  if (!state->endpoint.waiter.look_briefly()) {
    state->is_in_use = true;
    {
      const WithoutGil scope;
      result = state->endpoint.wait(until);
    }
    state->is_in_use = false;
  }
  if (result == WaitResult::kInterrupted && PyErr_CheckSignals() != 0) return nullptr;
  return PyLong_FromLong(static_cast<long>(result));
}

PyObject* endpoint_unpark(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.waiter.unpark();
  Py_RETURN_NONE;
}

PyObject* endpoint_clear_doorbell(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.own_doorbell.clear();
  Py_RETURN_NONE;
}

PyObject* endpoint_statistics(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : ring_statistics(state->endpoint);
}

// ({kind: (frames, bytes)} sent, the same received)
PyObject* endpoint_frame_counts(PyObject* self, PyObject*) {
  const EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  Ref sent(state->sent.to_dict());
  Ref received(sent ? state->received.to_dict() : nullptr);
  return received ? Py_BuildValue("(NN)", sent.release(), received.release()) : nullptr;
}

PyObject* endpoint_doorbell(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->endpoint.own_doorbell.descriptor());
}

PyObject* endpoint_peer_socket(PyObject* self, void*) {
  const EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->owner.peer_socket.get());
}

PyObject* endpoint_close_peer_socket(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->owner.peer_socket = OwnedDescriptor();
  Py_RETURN_NONE;
}

PyObject* endpoint_watch_peer(PyObject* self, PyObject* pid) {
  EndpointState* const state = open_state(self);
  const long number = PyLong_AsLong(pid);
  if (state == nullptr || PyErr_Occurred() != nullptr) return nullptr;
  Peer peer;
  if (raise_if_failed(Peer::open(static_cast<int>(number), &peer))) return nullptr;
  state->endpoint.waiter.watch(std::move(peer));
  Py_RETURN_NONE;
}

PyObject* endpoint_broken(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr
             ? nullptr
             : PyBool_FromLong(
                   state->endpoint.consumer.broken() || state->endpoint.producer.broken() ? 1 : 0);
}

PyMethodDef methods[] = {
    {"try_send", as_method(endpoint_try_send), METH_FASTCALL, nullptr},
    {"try_send_encoded", endpoint_try_send_encoded, METH_O, nullptr},
    {"receive", as_method(endpoint_receive), METH_FASTCALL, nullptr},
    {"set_bulk_threshold", endpoint_set_bulk_threshold, METH_O, nullptr},
    {"set_types", endpoint_set_types, METH_O, nullptr},
    {"set_plain_calls", as_method(endpoint_set_plain_calls), METH_FASTCALL, nullptr},
    {"set_references", endpoint_set_references, METH_O, nullptr},
    {"allocate", endpoint_allocate, METH_O, nullptr},
    {"wake_peer", endpoint_wake_peer, METH_NOARGS, nullptr},
    {"want", endpoint_want, METH_O, nullptr},
    {"ready", endpoint_ready, METH_NOARGS, nullptr},
    {"spin", endpoint_spin, METH_NOARGS, nullptr},
    {"park_in_loop", endpoint_park_in_loop, METH_NOARGS, nullptr},
    {"wait", endpoint_wait, METH_O, nullptr},
    {"unpark", endpoint_unpark, METH_NOARGS, nullptr},
    {"clear_doorbell", endpoint_clear_doorbell, METH_NOARGS, nullptr},
    {"close_peer_socket", endpoint_close_peer_socket, METH_NOARGS, nullptr},
    {"watch_peer", endpoint_watch_peer, METH_O, nullptr},
    {"statistics", endpoint_statistics, METH_NOARGS, nullptr},
    {"frame_counts", endpoint_frame_counts, METH_NOARGS, nullptr},
    {"close", endpoint_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"doorbell", endpoint_doorbell, nullptr, nullptr, nullptr},
    {"peer_socket", endpoint_peer_socket, nullptr, nullptr, nullptr},
    {"broken", endpoint_broken, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(endpoint_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(endpoint_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.Endpoint", sizeof(EndpointObject), 0, Py_TPFLAGS_DEFAULT,
                    slots};

}  // namespace

PyObject* make_endpoint_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
