#include "endpoint_type.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "../core/endpoint.h"
#include "../core/frame.h"
#include "byte_sink.h"
#include "raise_status.h"
#include "value_decoder.h"
#include "value_encoder.h"

namespace ringsnake::python {
namespace {

struct EndpointState {
  EndpointState(std::unique_ptr<Endpoint> made, OwnedDescriptor socket)
      : peer_socket(std::move(socket)), owner(std::move(made)) {}

  OwnedDescriptor peer_socket;  // create: until someone takes it
  std::unique_ptr<Endpoint> owner;
  Endpoint& endpoint = *owner;
  SpareBuffer spare;
};

struct EndpointObject {
  PyObject_HEAD EndpointState* state;  // null after close()
};

EndpointObject* as_endpoint(PyObject* self) { return reinterpret_cast<EndpointObject*>(self); }

// The state, or null with an exception set.
EndpointState* open_state(PyObject* self) {
  EndpointState* const state = as_endpoint(self)->state;
  if (state == nullptr) PyErr_SetString(PyExc_ValueError, "the endpoint is closed");
  return state;
}

// Lets other Python threads run for the rest of the scope.
class WithoutGil {
 public:
  WithoutGil() : saved_(PyEval_SaveThread()) {}
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() { PyEval_RestoreThread(saved_); }

 private:
  PyThreadState* const saved_;
};

// Microseconds to spin; 0 to sleep at once, negative to learn.
WaitStrategy to_strategy(double spin_us) {
  if (spin_us < 0) return {};
  if (spin_us == 0) return {WaitStrategy::Kind::kSleep, {}};
  return {WaitStrategy::Kind::kSpin,
          std::chrono::nanoseconds(static_cast<std::int64_t>(spin_us * 1e3))};
}

// Takes the descriptors over.
Status make_of_parts(const int* descriptors, int side, const EndpointOptions& options,
                     std::unique_ptr<Endpoint>* out) {
  Endpoint::Parts parts;
  parts.side = side == 0 ? Side::kCreator : Side::kAttacher;
  parts.own = Doorbell(descriptors[1]);
  parts.peer = Doorbell(descriptors[2]);
  if (const Status status = Region::attach(descriptors[0], &parts.region); !status.is_ok()) {
    return status;
  }
  return Endpoint::make(std::move(parts), options, out);
}

// ("create", ring capacity, bulk limit, spin), ("attach", …, socket) or
// ("make", …, region, own doorbell, peer's doorbell, side)
PyObject* endpoint_new(PyTypeObject* type, PyObject* args, PyObject*) {
  const char* kind = nullptr;
  EndpointOptions options;
  unsigned long long bulk_limit = 0;
  double spin_us = -1;
  int descriptors[3] = {-1, -1, -1};
  int side = 0;
  if (PyArg_ParseTuple(args, "sIKd|iiii", &kind, &options.ring_capacity, &bulk_limit, &spin_us,
                       &descriptors[0], &descriptors[1], &descriptors[2], &side) == 0) {
    return nullptr;
  }
  options.bulk_limit = bulk_limit;
  options.waiting = to_strategy(spin_us);
  std::unique_ptr<Endpoint> endpoint;
  OwnedDescriptor peer_socket;
  Status status = Status::ok();
  switch (kind[0]) {
    case 'c':
      status = Endpoint::create(options, &endpoint, &peer_socket);
      break;
    case 'a':
      status = Endpoint::attach(descriptors[0], options, &endpoint);
      break;
    default:
      status = make_of_parts(descriptors, side, options, &endpoint);
  }
  if (raise_if_failed(status)) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self == nullptr) return nullptr;
  as_endpoint(self)->state =
      new (std::nothrow) EndpointState(std::move(endpoint), std::move(peer_socket));
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
  delete std::exchange(as_endpoint(self)->state, nullptr);
  Py_RETURN_NONE;
}

// Raises MessageTooLargeError(size, limit).
void raise_too_large(std::size_t size, std::uint32_t limit) {
  PyObject* const arguments = Py_BuildValue("(nI)", static_cast<Py_ssize_t>(size), limit);
  raise_error("MessageTooLargeError", arguments);
  Py_XDECREF(arguments);
}

// Commits what `sink` holds, in place or by a copy. True: sent. False: no room now.
bool commit(EndpointState& state, ByteSink& sink, bool claimed) {
  const std::span<const std::byte> bytes = sink.written();
  const auto length = static_cast<std::uint32_t>(bytes.size());
  if (claimed && sink.in_place()) {
    state.endpoint.producer.commit(length);
    return true;
  }
  if (claimed) state.endpoint.producer.abort();
  const auto room = state.endpoint.producer.try_claim(length);
  if (!room) return false;
  std::memcpy(room->data(), bytes.data(), bytes.size());
  state.endpoint.producer.commit(length);
  return true;
}

// (kind, call_id, interface_index, method_index) as Python integers → header. False with an
// exception set.
bool read_header_arguments(PyObject* const* args, FrameHeader* out) {
  const unsigned long kind = PyLong_AsUnsignedLong(args[0]);
  const unsigned long call_id = PyLong_AsUnsignedLong(args[1]);
  const unsigned long interface_index = PyLong_AsUnsignedLong(args[2]);
  const unsigned long method_index = PyLong_AsUnsignedLong(args[3]);
  if (PyErr_Occurred() != nullptr) return false;
  *out = {static_cast<std::uint8_t>(kind), static_cast<std::uint32_t>(call_id),
          static_cast<std::uint16_t>(interface_index), static_cast<std::uint32_t>(method_index)};
  return true;
}

// Appends header and value to `sink`. False with an exception set.
bool encode_frame(ByteSink& sink, const FrameHeader& header, PyObject* value) {
  std::byte* const head = sink.reserve(wire::kFrameHeaderBytes);
  if (head == nullptr) return false;
  write_frame_header(head, header);
  return encode_value(sink, value);
}

PyObject* to_bytes(std::span<const std::byte> bytes) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

// send(kind, call_id, interface_index, method_index, value, may_claim)
PyObject* endpoint_try_send(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  FrameHeader header{};
  if (count != 6) {
    PyErr_SetString(PyExc_TypeError,
                    "try_send takes kind, call id, interface, method, value, may_claim");
    return nullptr;
  }
  if (!read_header_arguments(args, &header)) return nullptr;
  const bool may_claim = PyObject_IsTrue(args[5]) == 1;
  const auto claim =
      may_claim ? state->endpoint.producer.try_claim(wire::kFrameHeaderBytes) : std::nullopt;
  ByteSink sink(claim ? claim->data() : nullptr, claim ? claim->size() : 0, &state->spare);
  const bool encoded = encode_frame(sink, header, args[4]);
  const std::span<const std::byte> bytes = sink.written();
  const bool fits = encoded && bytes.size() <= state->endpoint.producer.max_payload();
  if (!fits) {
    if (claim) state->endpoint.producer.abort();
    if (encoded) raise_too_large(bytes.size(), state->endpoint.producer.max_payload());
    return nullptr;
  }
  if (may_claim && commit(*state, sink, claim.has_value())) {
    state->endpoint.waiter.wake_after_commit();
    Py_RETURN_NONE;
  }
  return to_bytes(bytes);
}

PyObject* endpoint_try_send_encoded(PyObject* self, PyObject* frame) {
  EndpointState* const state = open_state(self);
  char* data = nullptr;
  Py_ssize_t length = 0;
  if (state == nullptr || PyBytes_AsStringAndSize(frame, &data, &length) != 0) return nullptr;
  const auto room = state->endpoint.producer.try_claim(static_cast<std::uint32_t>(length));
  if (!room) Py_RETURN_FALSE;
  std::memcpy(room->data(), data, static_cast<std::size_t>(length));
  state->endpoint.producer.commit(static_cast<std::uint32_t>(length));
  Py_RETURN_TRUE;
}

// What is wrong with the value of a frame, as an object; clears the exception.
PyObject* take_exception() {
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  PyErr_NormalizeException(&type, &error, &traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return error;
}

PyObject* endpoint_receive(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  const auto record = state->endpoint.consumer.peek();
  if (!record) Py_RETURN_NONE;
  const auto header = read_frame_header(record->payload);
  if (!header) {
    PyObject* const message = PyUnicode_FromFormat(
        "a record of %zu bytes does not begin with a frame header of this version",
        record->payload.size());
    raise_error("ProtocolError", message);
    Py_XDECREF(message);
    return nullptr;
  }
  PyObject* value = decode_value(record->payload.subspan(wire::kFrameHeaderBytes));
  // The frame stands although its value does not: the caller answers it with this error.
  PyObject* const error = value == nullptr ? take_exception() : Py_NewRef(Py_None);
  if (value == nullptr) value = Py_NewRef(Py_None);
  // Everything was copied out.
  state->endpoint.consumer.release();
  state->endpoint.waiter.wake_after_release();
  if (error == nullptr) {
    Py_DECREF(value);
    return PyErr_NoMemory();
  }
  return Py_BuildValue("(BIHINN)", header->kind, header->call_id, header->interface_index,
                       header->method_index, value, error);
}

PyObject* endpoint_wake_peer(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.waiter.wake_after_commit();
  Py_RETURN_NONE;
}

PyObject* endpoint_want_room(PyObject* self, PyObject* length_object) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  const unsigned long length = PyLong_AsUnsignedLong(length_object);
  if (PyErr_Occurred() != nullptr) return nullptr;
  state->endpoint.waiter.want_room(length == 0 ? std::nullopt
                                               : std::optional(static_cast<std::uint32_t>(length)));
  Py_RETURN_NONE;
}

PyObject* endpoint_ready(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyBool_FromLong(state->endpoint.waiter.ready() ? 1 : 0);
}

PyObject* endpoint_spin(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  bool ready = false;
  {
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

PyObject* endpoint_doorbell(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->endpoint.own_doorbell.descriptor());
}

PyObject* endpoint_max_payload(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr
                          : PyLong_FromUnsignedLong(state->endpoint.producer.max_payload());
}

PyObject* endpoint_broken(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr
             ? nullptr
             : PyBool_FromLong(
                   state->endpoint.consumer.broken() || state->endpoint.producer.broken() ? 1 : 0);
}

PyMethodDef methods[] = {
    // METH_FASTCALL has another signature, as its documentation says.
    // NOLINTNEXTLINE(bugprone-casting-through-void)
    {"try_send", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(endpoint_try_send)),
     METH_FASTCALL, nullptr},
    {"try_send_encoded", endpoint_try_send_encoded, METH_O, nullptr},
    {"receive", endpoint_receive, METH_NOARGS, nullptr},
    {"wake_peer", endpoint_wake_peer, METH_NOARGS, nullptr},
    {"want_room", endpoint_want_room, METH_O, nullptr},
    {"ready", endpoint_ready, METH_NOARGS, nullptr},
    {"spin", endpoint_spin, METH_NOARGS, nullptr},
    {"park_in_loop", endpoint_park_in_loop, METH_NOARGS, nullptr},
    {"unpark", endpoint_unpark, METH_NOARGS, nullptr},
    {"clear_doorbell", endpoint_clear_doorbell, METH_NOARGS, nullptr},
    {"close", endpoint_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"doorbell", endpoint_doorbell, nullptr, nullptr, nullptr},
    {"max_payload", endpoint_max_payload, nullptr, nullptr, nullptr},
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
