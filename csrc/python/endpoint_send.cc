#include "endpoint_send.h"

#include <cstring>
#include <optional>
#include <span>

#include "byte_sink.h"
#include "message_bytes.h"
#include "raise_status.h"
#include "schema_program.h"
#include "value_encoder.h"

namespace ringsnake::python {
namespace {

// Sends an encoded frame by reference.
Lack send_large(Endpoint& endpoint, std::span<const std::byte> frame) {
  const auto room = endpoint.producer.try_claim(wire::kBulkReferenceBytes);
  if (!room) return Lack::of_room(wire::kBulkReferenceBytes);
  std::optional<BulkLender::Allocation> allocation;
  const bool failed = raise_if_failed(endpoint.try_allocate(frame.size(), &allocation));
  if (!allocation) {
    endpoint.producer.abort();
    return failed ? Lack::raised() : Lack::of_segment();
  }
  std::memcpy(allocation->payload.data(), frame.data(), frame.size());
  write_bulk_reference(room->data(), endpoint.lender.lend(allocation->number, frame.size()));
  endpoint.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  return Lack::nothing();
}

// The same for a frame of any size.
Lack send_copy(Endpoint& endpoint, std::span<const std::byte> frame) {
  if (frame.size() > endpoint.producer.max_payload()) return send_large(endpoint, frame);
  const auto length = static_cast<std::uint32_t>(frame.size());
  const auto room = endpoint.producer.try_claim(length);
  if (!room) return Lack::of_room(length);
  std::memcpy(room->data(), frame.data(), frame.size());
  endpoint.producer.commit(length);
  return Lack::nothing();
}

// Sends what `sink` holds, in place or by a copy.
Lack send_encoded(Endpoint& endpoint, const ByteSink& sink, bool claimed) {
  if (claimed && sink.in_place()) {
    endpoint.producer.commit(static_cast<std::uint32_t>(sink.written().size()));
    return Lack::nothing();
  }
  if (claimed) endpoint.producer.abort();
  return send_copy(endpoint, sink.written());
}

// (kind, flags, call_id, interface_index, method_index, parent) as Python integers → header. False
// with an exception set.
bool read_header_arguments(PyObject* const* args, FrameHeader* out) {
  const unsigned long kind = PyLong_AsUnsignedLong(args[0]);
  const unsigned long flags = PyLong_AsUnsignedLong(args[1]);
  const unsigned long call_id = PyLong_AsUnsignedLong(args[2]);
  const unsigned long interface_index = PyLong_AsUnsignedLong(args[3]);
  const unsigned long method_index = PyLong_AsUnsignedLong(args[4]);
  const unsigned long parent = PyLong_AsUnsignedLong(args[5]);
  if (PyErr_Occurred() != nullptr) return false;
  *out = {static_cast<std::uint8_t>(kind),
          static_cast<std::uint32_t>(call_id),
          static_cast<std::uint16_t>(interface_index),
          static_cast<std::uint32_t>(method_index),
          static_cast<std::uint32_t>(parent),
          static_cast<std::uint8_t>(flags)};
  return true;
}

// Appends the context of a call, behind its length. False with an exception set.
bool append_context(ByteSink& sink, PyObject* context) {
  const std::span<const std::byte> bytes = MessageBytes::of_bytes(context);
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::byte* const room = sink.reserve(sizeof length + bytes.size());
  if (room == nullptr) return false;
  std::memcpy(room, &length, sizeof length);
  std::memcpy(room + sizeof length, bytes.data(), bytes.size());
  return true;
}

// Appends header and value to `sink`. False with an exception set.
bool encode_frame(ByteSink& sink, const FrameHeader& header, const Outgoing& outgoing,
                  EndpointState& state) {
  const EncodeOptions options{.writers = state.writers.get(),
                              .bulk = &state.outgoing,
                              .references = state.references.get()};
  HostObjects& hosts = state.hosts;
  std::byte* const head = sink.reserve(wire::kFrameHeaderBytes);
  if (head == nullptr) return false;
  write_frame_header(head, header);
  if (outgoing.context != nullptr && !append_context(sink, outgoing.context)) return false;
  if (outgoing.program == nullptr) return encode_value(sink, outgoing.value, hosts, options);
  Program program{};
  return read_program(outgoing.program, &program) &&
         encode_declared(sink, outgoing.value, hosts, program, options);
}

}  // namespace

PyObject* send_frame(EndpointState& state, const FrameHeader& header, const Outgoing& outgoing,
                     bool may_claim) {
  const auto claim =
      may_claim ? state.endpoint.producer.try_claim(wire::kFrameHeaderBytes) : std::nullopt;
  ByteSink sink(claim ? claim->data() : nullptr, claim ? claim->size() : 0, &state.spare);
  state.is_in_use = true;
  const bool encoded = encode_frame(sink, header, outgoing, state);
  state.is_in_use = false;
  const std::span<const std::byte> bytes = sink.written();
  const std::uint64_t most = largest_message(state.endpoint);
  state.outgoing.settle(encoded && bytes.size() <= most);
  if (!encoded || bytes.size() > most) {
    if (claim) state.endpoint.producer.abort();
    if (encoded) raise_too_large(bytes.size(), most);
    return nullptr;
  }
  if (may_claim) {
    state.lack = send_encoded(state.endpoint, sink, claim.has_value());
    if (state.lack.kind == Lack::Kind::kRaised) return nullptr;
    if (state.lack.kind == Lack::Kind::kNothing) {
      state.sent.add(header.kind, bytes.size());
      state.endpoint.waiter.wake_after_commit();
      Py_RETURN_NONE;
    }
  }
  state.sent.add(header.kind, bytes.size());
  return to_bytes(bytes);
}

PyObject* endpoint_try_send(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  FrameHeader header{};
  if (count < 8 || count > 10 || (count == 10 && PyBytes_Check(args[9]) == 0)) {
    PyErr_SetString(PyExc_TypeError,
                    "try_send takes kind, flags, call id, interface, method, parent, value, "
                    "may_claim, program, context");
    return nullptr;
  }
  if (!read_header_arguments(args, &header)) return nullptr;
  const Outgoing outgoing{args[6], count > 8 && args[8] != Py_None ? args[8] : nullptr,
                          count == 10 ? args[9] : nullptr};
  if (outgoing.context != nullptr) header.flags |= wire::kFrameContext;
  return send_frame(*state, header, outgoing, PyObject_IsTrue(args[7]) == 1);
}

PyObject* endpoint_try_send_encoded(PyObject* self, PyObject* frame) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->lack = send_copy(state->endpoint, MessageBytes::of_bytes(frame));
  if (state->lack.kind == Lack::Kind::kRaised) return nullptr;
  return PyBool_FromLong(state->lack.kind == Lack::Kind::kNothing ? 1 : 0);
}

}  // namespace ringsnake::python
