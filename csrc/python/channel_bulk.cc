// Sending of a Python Channel by reference.
#include <array>
#include <memory>
#include <optional>
#include <span>

#include "blocked_sender.h"
#include "bulk_type.h"
#include "channel_output.h"
#include "channel_send.h"
#include "fast_arguments.h"

namespace ringsnake::python {
namespace {

Lack attempt_allocation(ChannelState& state, std::uint64_t size, Ref* out) {
  Endpoint& endpoint = *state.endpoint;
  if (!can_reach_peer(state)) return Lack::raised();
  if (size > largest_segment(endpoint)) {
    raise_too_large(size, largest_segment(endpoint));
    return Lack::raised();
  }
  std::optional<BulkLender::Allocation> allocation;
  if (raise_if_failed(endpoint.try_allocate(size, &allocation))) return Lack::raised();
  if (!allocation) return Lack::of_segment();
  *out = Ref(make_bulk(state.types.bulk.get(), {state.endpoint, allocation->number, size}));
  return *out ? Lack::nothing() : Lack::raised();
}

// A Bulk, and how many of its bytes to send.
struct Shipment {
  BulkContent* content = nullptr;
  std::uint64_t length = 0;
};

// False with an exception set.
bool read_shipment(const ChannelState& state, const Parameter& bulk, const Parameter& length,
                   Shipment* out) {
  Py_ssize_t bytes = -1;
  if (length.value != nullptr && length.value != Py_None) {
    bytes = read_size(length.value);
    if (bytes < 0) return false;
  }
  out->content = sendable_bulk(bulk.value, state.types.bulk.get(), state.endpoint);
  if (out->content == nullptr) return false;
  out->length = bytes < 0 ? out->content->length : static_cast<std::uint64_t>(bytes);
  if (out->length <= out->content->length) return true;
  PyErr_SetString(PyExc_ValueError, "the bulk message has fewer bytes than that");
  return false;
}

Lack attempt_shipment(ChannelState& state, const Shipment& shipment) {
  Endpoint& endpoint = *state.endpoint;
  if (!begin_sending(state)) return Lack::raised();
  std::span<std::byte> room;
  const Lack lack = claim_room(state, wire::kBulkReferenceBytes, &room);
  if (lack.kind != Lack::Kind::kNothing) return lack;
  const std::uint32_t number = shipment.content->number;
  forget_bulk(*shipment.content);
  write_bulk_reference(room.data(), endpoint.lender.lend(number, shipment.length));
  endpoint.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  endpoint.waiter.wake_after_commit();
  return Lack::nothing();
}

}  // namespace

PyObject* channel_try_allocate(PyObject* self, PyObject* size_object) {
  const Py_ssize_t size = read_size(size_object);
  ChannelState* const state = size < 0 ? nullptr : use_channel(self);
  if (state == nullptr) return nullptr;
  Ref bulk;
  state->lack = attempt_allocation(*state, static_cast<std::uint64_t>(size), &bulk);
  if (state->lack.kind == Lack::Kind::kRaised) return nullptr;
  return bulk ? bulk.release() : Py_NewRef(Py_None);
}

PyObject* channel_allocate(PyObject* self, PyObject* const* args, Py_ssize_t count,
                           PyObject* names) {
  std::array<Parameter, 2> parameters{{{"size"}, {"timeout"}}};
  Timer timer;
  if (!read_arguments("allocate", {args, count, names}, parameters, 1) ||
      !Timer::read(parameters[1].value, &timer)) {
    return nullptr;
  }
  const Py_ssize_t size = read_size(parameters[0].value);
  if (size < 0 || use_channel(self) == nullptr) return nullptr;
  Ref bulk;
  const auto once = [&](ChannelState& state) {
    return attempt_allocation(state, static_cast<std::uint64_t>(size), &bulk);
  };
  return send_blocking(*as_channel(self)->state, timer, once) ? bulk.release() : nullptr;
}

PyObject* channel_try_send_bulk_in_turn(PyObject* self, PyObject* const* args, Py_ssize_t count,
                                        PyObject* names) {
  std::array<Parameter, 2> parameters{{{"bulk"}, {"length"}}};
  if (!read_arguments("try_send_bulk", {args, count, names}, parameters, 1)) return nullptr;
  if (use_channel(self) == nullptr) return nullptr;
  // Reading the length may run Python code, which may close the channel.
  const std::shared_ptr<ChannelState> state = as_channel(self)->state;
  Shipment shipment;
  if (!read_shipment(*state, parameters[0], parameters[1], &shipment)) return nullptr;
  return to_bool(*state, attempt_shipment(*state, shipment));
}

PyObject* channel_try_send_bulk(PyObject* self, PyObject* const* args, Py_ssize_t count,
                                PyObject* names) {
  const ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  if (state->senders_wait) Py_RETURN_FALSE;
  return channel_try_send_bulk_in_turn(self, args, count, names);
}

PyObject* channel_send_bulk(PyObject* self, PyObject* const* args, Py_ssize_t count,
                            PyObject* names) {
  std::array<Parameter, 3> parameters{{{"bulk"}, {"length"}, {"timeout"}}};
  Timer timer;
  if (!read_arguments("send_bulk", {args, count, names}, parameters, 1) ||
      !Timer::read(parameters[2].value, &timer) || use_channel(self) == nullptr) {
    return nullptr;
  }
  const auto once = [&](ChannelState& state) {
    // Again each time: while we waited another thread may have released it.
    Shipment shipment;
    return read_shipment(state, parameters[0], parameters[1], &shipment)
               ? attempt_shipment(state, shipment)
               : Lack::raised();
  };
  if (!send_blocking(*as_channel(self)->state, timer, once)) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace ringsnake::python
