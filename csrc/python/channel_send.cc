#include "channel_send.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include "blocked_sender.h"
#include "channel_output.h"
#include "fast_arguments.h"
#include "message_bytes.h"

namespace ringsnake::python {
namespace {

// From here on copying takes longer than other threads should wait for the GIL.
constexpr std::size_t kCopyWithoutGil = std::size_t{1} << 20;
// Messages published at once by send_many().
constexpr Py_ssize_t kBatch = 64;

void copy(std::byte* to, std::span<const std::byte> from) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

// A message too large for the ring, by a segment.
Lack attempt_large(ChannelState& state, std::span<const std::byte> data) {
  // Another thread may close the channel while the GIL is away.
  const std::shared_ptr<ChannelState> keep = state.shared_from_this();
  Endpoint& endpoint = *state.endpoint;
  const std::uint64_t most = largest_message(endpoint);
  if (data.size() > most) {
    raise_too_large(data.size(), most);
    return Lack::raised();
  }
  std::span<std::byte> room;
  const Lack lack = claim_room(state, wire::kBulkReferenceBytes, &room);
  if (lack.kind != Lack::Kind::kNothing) return lack;
  std::optional<BulkLender::Allocation> allocation;
  if (raise_if_failed(endpoint.try_allocate(data.size(), &allocation)) || !allocation) {
    endpoint.producer.abort();
    return PyErr_Occurred() == nullptr ? Lack::of_segment() : Lack::raised();
  }
  if (data.size() < kCopyWithoutGil) {
    copy(allocation->payload.data(), data);
  } else {
    const Absence absence(state);
    copy(allocation->payload.data(), data);
  }
  if (state.closed) {
    raise_unusable(&state);
    return Lack::raised();
  }
  write_bulk_reference(room.data(), endpoint.lender.lend(allocation->number, data.size()));
  endpoint.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  endpoint.waiter.wake_after_commit();
  return Lack::nothing();
}

Lack attempt(ChannelState& state, std::span<const std::byte> data) {
  Endpoint& endpoint = *state.endpoint;
  if (!begin_sending(state)) return Lack::raised();
  if (data.size() > endpoint.producer.max_payload()) return attempt_large(state, data);
  const auto length = static_cast<std::uint32_t>(data.size());
  std::span<std::byte> room;
  const Lack lack = claim_room(state, length, &room);
  if (lack.kind != Lack::Kind::kNothing) return lack;
  copy(room.data(), data);
  endpoint.producer.commit(length);
  endpoint.waiter.wake_after_commit();
  return Lack::nothing();
}

// Lays messages[first], … out in one claim and publishes them at once: how many. Only plain `bytes`
// that fit into the ring; 0 when the first is none, or when there is no room.
Py_ssize_t send_batch(ChannelState& state, PyObject* messages, Py_ssize_t first) {
  // What another one has begun goes first, or forbids it.
  if (state.claim.is_open() || !state.batch.empty()) return 0;
  RingProducer& producer = state.endpoint->producer;
  const Py_ssize_t end = std::min(PyTuple_Size(messages), first + kBatch);
  Py_ssize_t next = first;
  for (; next < end; ++next) {
    PyObject* const message = PyTuple_GetItem(messages, next);
    if (!Py_IS_TYPE(message, &PyBytes_Type)) break;
    const std::span<const std::byte> data = MessageBytes::of_bytes(message);
    if (data.size() > producer.max_payload()) break;
    if (next == first) {
      const auto room = producer.try_claim(static_cast<std::uint32_t>(data.size()));
      if (!room) return 0;
      state.batch.begin(*room);
    }
    if (!state.batch.fits(data.size())) break;
    state.batch.add(data);
  }
  publish_batch(state);
  return next - first;
}

}  // namespace

PyObject* channel_try_send_in_turn(PyObject* self, PyObject* data) {
  MessageBytes bytes;
  if (use_channel(self) == nullptr || !bytes.read(data)) return nullptr;
  // Reading may have run Python code, which may have closed the channel.
  ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : to_bool(*state, attempt(*state, bytes.get()));
}

PyObject* channel_try_send(PyObject* self, PyObject* data) {
  const ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  if (state->senders_wait) Py_RETURN_FALSE;
  return channel_try_send_in_turn(self, data);
}

PyObject* channel_send(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  std::array<Parameter, 2> parameters{{{"data"}, {"timeout"}}};
  Timer timer;
  MessageBytes bytes;
  if (use_channel(self) == nullptr ||
      !read_arguments("send", {args, count, names}, parameters, 1) ||
      !Timer::read(parameters[1].value, &timer) || !bytes.read(parameters[0].value)) {
    return nullptr;
  }
  if (use_channel(self) == nullptr) return nullptr;
  const auto once = [&](ChannelState& state) { return attempt(state, bytes.get()); };
  if (!send_blocking(*as_channel(self)->state, timer, once)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* channel_send_many(PyObject* self, PyObject* given) {
  if (use_channel(self) == nullptr) return nullptr;
  // A tuple of our own: nobody changes it while we look at what is in it.
  const Ref messages(PySequence_Tuple(given));
  if (!messages || use_channel(self) == nullptr) return nullptr;
  const std::shared_ptr<ChannelState> state = as_channel(self)->state;
  if (state->senders_wait) return PyLong_FromLong(0);
  if (!can_reach_peer(*state)) return nullptr;
  const Py_ssize_t count = PyTuple_Size(messages.get());
  Py_ssize_t sent = 0;
  while (sent < count) {
    const Py_ssize_t batch = send_batch(*state, messages.get(), sent);
    sent += batch;
    if (batch > 0) continue;
    // Full, or of another kind: told by an attempt of its own.
    const Ref one(channel_try_send_in_turn(self, PyTuple_GetItem(messages.get(), sent)));
    if (!one) {
      if (sent == 0) return nullptr;
      // What was sent is to be told; the error comes with the call that begins with this message.
      PyErr_Clear();
      break;
    }
    if (one.get() == Py_False) break;
    sent += 1;
  }
  return PyLong_FromSsize_t(sent);
}

}  // namespace ringsnake::python
