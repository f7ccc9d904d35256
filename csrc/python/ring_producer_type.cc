#include "ring_producer_type.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "blocked_sender.h"
#include "channel_output.h"
#include "channel_state.h"
#include "fast_arguments.h"
#include "message_bytes.h"
#include "ring_ends.h"

namespace ringsnake::python {
namespace {

// False with ValueError set.
bool must_fit(const ChannelState& state, std::size_t length) {
  const std::uint32_t most = state.endpoint->producer.max_payload();
  if (length <= most) return true;
  PyErr_Format(PyExc_ValueError, "%zu bytes are more than a record can have, %u", length,
               static_cast<unsigned int>(most));
  return false;
}

PyObject* producer_max_payload(PyObject* self, void*) {
  const ChannelState* const state = use_channel(channel_of(self));
  if (state == nullptr) return nullptr;
  return PyLong_FromUnsignedLong(state->endpoint->producer.max_payload());
}

PyObject* producer_try_claim(PyObject* self, PyObject* size) {
  const Py_ssize_t length = read_size(size);
  if (length < 0 || use_channel(channel_of(self)) == nullptr) return nullptr;
  // To make a memoryview may run Python code, by the garbage collector; so may its end.
  const std::shared_ptr<ChannelState> state = as_channel(channel_of(self))->state;
  if (!must_fit(*state, static_cast<std::size_t>(length))) return nullptr;
  if (state->senders_wait) Py_RETURN_NONE;
  if (!begin_sending(*state)) return nullptr;
  std::span<std::byte> room;
  state->lack = claim_room(*state, static_cast<std::uint32_t>(length), &room);
  if (state->lack.kind == Lack::Kind::kRaised) return nullptr;
  if (state->lack.kind != Lack::Kind::kNothing) Py_RETURN_NONE;
  room = room.first(static_cast<std::size_t>(length));
  PyObject* const view = state->claim.open(state->types.window.get(), state->endpoint->region(),
                                           room, WindowAccess::kWrite);
  if (view == nullptr) return nullptr;
  state->claimed_bytes = length;
  return Py_NewRef(view);
}

PyObject* producer_commit(PyObject* self, PyObject* size) {
  const Py_ssize_t length = read_size(size);
  if (length < 0 || use_channel(channel_of(self)) == nullptr) return nullptr;
  const std::shared_ptr<ChannelState> state = as_channel(channel_of(self))->state;
  if (!state->claim.is_open()) {
    PyErr_SetString(PyExc_RuntimeError, "no claim is open: try_claim() opens one");
    return nullptr;
  }
  if (length > state->claimed_bytes) {
    PyErr_Format(PyExc_ValueError, "a claim of %zd bytes has no first %zd", state->claimed_bytes,
                 length);
    return nullptr;
  }
  // First of all, so that nobody here writes into what the peer reads.
  if (!state->claim.close()) return nullptr;
  state->endpoint->producer.commit(static_cast<std::uint32_t>(length));
  state->endpoint->waiter.wake_after_commit();
  Py_RETURN_NONE;
}

PyObject* producer_abort(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(channel_of(self));
  if (state == nullptr || !state->claim.close()) return nullptr;
  state->endpoint->producer.abort();
  Py_RETURN_NONE;
}

Lack write(ChannelState& state, std::span<const std::byte> data) {
  if (!state.batch.fits(data.size())) {
    if (!must_fit(state, data.size()) || !begin_sending(state)) return Lack::raised();
    std::span<std::byte> room;
    const Lack lack = claim_room(state, static_cast<std::uint32_t>(data.size()), &room);
    if (lack.kind != Lack::Kind::kNothing) return lack;
    state.batch.begin(room);
  }
  state.batch.add(data);
  // A loop that relies on our doorbell looks at us no more before it sleeps.
  if (state.batch.full() || state.parked_in_loop) publish_batch(state);
  return Lack::nothing();
}

PyObject* producer_write(PyObject* self, PyObject* data) {
  PyObject* const channel = channel_of(self);
  MessageBytes bytes;
  if (use_channel(channel) == nullptr || !bytes.read(data)) return nullptr;
  // Reading may have run Python code, which may have closed the channel.
  ChannelState* const state = use_channel(channel);
  if (state == nullptr) return nullptr;
  if (state->senders_wait) Py_RETURN_FALSE;
  return to_bool(*state, write(*state, bytes.get()));
}

PyObject* producer_flush(PyObject* self, PyObject*) {
  ChannelState* const state = use_channel(channel_of(self));
  if (state == nullptr) return nullptr;
  publish_batch(*state);
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"try_claim", producer_try_claim, METH_O,
     "try_claim($self, length, /)\n--\n\n"
     "Room for a message of up to `length` bytes: a writable memoryview of shared memory, with "
     "whatever\n"
     "lay there before. None: no room now.\n\n"
     "Valid until commit() or abort(), which release it; one of them must follow before anything "
     "else is\n"
     "sent. Raises ValueError beyond max_payload, ChannelClosedError, PeerDiedError."},
    {"commit", producer_commit, METH_O,
     "commit($self, length, /)\n--\n\n"
     "Sends the first `length` bytes of the claim, and wakes the peer if it sleeps.\n\n"
     "Raises ValueError when the claim has fewer, RuntimeError when there is none, and "
     "BufferError while\n"
     "a slice or an array of its memoryview exists: the claim stays open then."},
    {"abort", producer_abort, METH_NOARGS,
     "abort($self)\n--\n\n"
     "Gives the claim up, if there is one: nothing was sent.\n\n"
     "Raises BufferError as commit() does."},
    {"write", producer_write, METH_O,
     "write($self, data, /)\n--\n\n"
     "Adds a copy of bytes, or of what has the buffer protocol, to the open batch. False: no room "
     "now.\n\n"
     "The peer sees it after flush(), when the batch is full (256 messages), or when this side "
     "sends\n"
     "otherwise, waits in the channel, or closes it. After False everything written before is on "
     "its way.\n"
     "Raises ValueError beyond max_payload, ChannelClosedError, PeerDiedError, and RuntimeError "
     "while a\n"
     "claim is open."},
    {"flush", producer_flush, METH_NOARGS,
     "flush($self)\n--\n\n"
     "Publishes the open batch, all at once, and wakes the peer if it sleeps."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"max_payload", producer_max_payload, nullptr,
     "Bytes of the largest message that fits into the ring: half of it, but for the header.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

constexpr const char kDocumentation[] =
    "The end of a channel's ring that writes: channel.producer. Normative: spec/wire/ring.md §3.\n"
    "\n"
    "One message in place: try_claim(), fill the memoryview, commit() or abort(). Many: write() "
    "each, then\n"
    "flush(). Threads: the channel's rule. Keeps the channel.";

}  // namespace

PyObject* make_ring_producer_type(PyObject* module) {
  return make_ring_end_type(module,
                            {"ringsnake.ring.RingProducer", kDocumentation, methods, attributes});
}

}  // namespace ringsnake::python
