#include "channel_type.h"

#include <memory>
#include <new>
#include <utility>

#include "channel_loop.h"
#include "channel_output.h"
#include "channel_receive.h"
#include "channel_send.h"
#include "channel_state.h"
#include "fast_arguments.h"
#include "ring_ends.h"
#include "ring_statistics.h"

namespace ringsnake::python {
namespace {

// A subclass may have an __init__ of its own: it alone looks at other arguments.
PyObject* channel_new(PyTypeObject* type, PyObject* args, PyObject*) {
  OpenedEndpoint opened;
  if (!open_endpoint(args, &opened)) return nullptr;
  ChannelTypes types;
  if (!types.load()) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self == nullptr) return nullptr;
  new (&as_channel(self)->state) std::shared_ptr<ChannelState>(
      std::make_shared<ChannelState>(std::move(opened), std::move(types)));
  return self;
}

void close_channel(PyObject* self) {
  const std::shared_ptr<ChannelState> state = std::exchange(as_channel(self)->state, nullptr);
  if (!state) return;
  if (state->generation.is_current() && !state->busy) publish_batch(*state);
  state->claim.abandon();
  // Whoever is blocked in it, in another thread, lets the last of it go.
  state->closed = true;
}

void channel_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  close_channel(self);
  as_channel(self)->state.~shared_ptr();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* channel_close(PyObject* self, PyObject*) {
  close_channel(self);
  Py_RETURN_NONE;
}

PyObject* channel_close_descriptor(PyObject* self, PyObject*) {
  const std::shared_ptr<ChannelState>& state = as_channel(self)->state;
  if (state) state->peer_socket = OwnedDescriptor();
  Py_RETURN_NONE;
}

PyObject* channel_statistics(PyObject* self, PyObject*) {
  const ChannelState* const state = use_channel(self);
  if (state == nullptr) return nullptr;
  return ring_statistics(*state->endpoint);
}

PyObject* channel_closed(PyObject* self, void*) {
  return PyBool_FromLong(as_channel(self)->state ? 0 : 1);
}

PyObject* channel_descriptor(PyObject* self, void*) {
  const std::shared_ptr<ChannelState>& state = as_channel(self)->state;
  return PyLong_FromLong(state ? state->peer_socket.get() : -1);
}

PyObject* channel_self(PyObject* self) { return Py_NewRef(self); }

PyObject* channel_producer(PyObject* self, void*) {
  const ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : make_ring_end(state->types.producer.get(), self);
}

PyObject* channel_consumer(PyObject* self, void*) {
  const ChannelState* const state = use_channel(self);
  return state == nullptr ? nullptr : make_ring_end(state->types.consumer.get(), self);
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef methods[] = {
    {"try_send", channel_try_send, METH_O,
     "try_send($self, data, /)\n--\n\n"
     "Sends a copy of bytes, or of what has the buffer protocol. False: no room now, nothing was "
     "sent.\n\n"
     "More than half a ring goes by reference, up to bulk_limit. Raises MessageTooLargeError,\n"
     "ChannelClosedError, PeerDiedError."},
    {"send", as_method(channel_send), kFast,
     "send($self, data, timeout=None)\n--\n\n"
     "As try_send(), but blocks while there is no room, without the GIL; `timeout` in seconds.\n\n"
     "What arrives meanwhile is kept for receive(), so two sides that are both blocked go on. "
     "Raises\n"
     "BackpressureError when the time is up or more than 64 MiB arrived: nothing was sent then.\n"
     "A signal's handler runs at once, and what it raises ends the call."},
    {"send_many", channel_send_many, METH_O,
     "send_many($self, messages, /)\n--\n\n"
     "Sends as many of the messages, in order, as there is room for now; returns how many.\n\n"
     "Raises, as try_send(), only for the first one: an error of a later one comes with the call\n"
     "that begins with it."},
    {"receive", as_method(channel_receive), kFast,
     "receive($self, timeout=None)\n--\n\n"
     "The next message: bytes, or a Bulk if it was sent by reference. None when `timeout` seconds "
     "are up.\n\n"
     "Blocks without the GIL; 0 only looks. Raises ChannelClosedError after the peer has closed "
     "the\n"
     "channel, PeerDiedError after it has died, both once everything it had sent was received."},
    {"receive_many", as_method(channel_receive_many), kFast,
     "receive_many($self, max=256, timeout=0)\n--\n\n"
     "The messages that are there, at most `max`; waits for the first one for `timeout` "
     "seconds.\n\n"
     "Raises as receive(), but never instead of messages."},
    {"try_allocate", channel_try_allocate, METH_O,
     "try_allocate($self, size, /)\n--\n\n"
     "Shared memory for a message of `size` bytes, to be filled and sent without a copy, or None "
     "now.\n\n"
     "Raises MessageTooLargeError beyond bulk_limit."},
    {"allocate", as_method(channel_allocate), kFast,
     "allocate($self, size, timeout=None)\n--\n\n"
     "As try_allocate(), but blocks until the peer has released enough; see send() for how."},
    {"try_send_bulk", as_method(channel_try_send_bulk), kFast,
     "try_send_bulk($self, bulk, length=None)\n--\n\n"
     "Hands the first `length` bytes of an allocation over, all by default. False: no room now.\n\n"
     "After True the memory is the peer's, and the Bulk is at its end. Raises BufferError while a\n"
     "memoryview or an array of it exists."},
    {"send_bulk", as_method(channel_send_bulk), kFast,
     "send_bulk($self, bulk, length=None, timeout=None)\n--\n\n"
     "As try_send_bulk(), but blocks while there is no room; see send() for how."},
    {"close", channel_close, METH_NOARGS, nullptr},
    {"close_descriptor", channel_close_descriptor, METH_NOARGS,
     "close_descriptor($self)\n--\n\n"
     "Closes our copy of `descriptor`, once another process has inherited it.\n\n"
     "Not when the other side attached in this process. May be called again."},
    {"_statistics", channel_statistics, METH_NOARGS, nullptr},
    {"_try_send_in_turn", channel_try_send_in_turn, METH_O, nullptr},
    {"_try_send_bulk_in_turn", as_method(channel_try_send_bulk_in_turn), kFast, nullptr},
    {"_ready", channel_ready, METH_NOARGS, nullptr},
    {"_look_briefly", channel_look_briefly, METH_NOARGS, nullptr},
    {"_spin", channel_spin, METH_NOARGS, nullptr},
    {"_park", channel_park, METH_NOARGS, nullptr},
    {"_unpark", channel_unpark, METH_NOARGS, nullptr},
    {"_clear_doorbell", channel_clear_doorbell, METH_NOARGS, nullptr},
    {"_look_at_peer", channel_look_at_peer, METH_NOARGS, nullptr},
    {"_keep_messages", channel_keep_messages, METH_NOARGS, nullptr},
    {"_want", channel_want, METH_O, nullptr},
    {"_hold_senders", channel_hold_senders, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"closed", channel_closed, nullptr, "Whether this side has closed the channel.", nullptr},
    {"descriptor", channel_descriptor, nullptr,
     "What the peer attaches with: its end of the channel's socket; -1 when there is none (any "
     "more).",
     nullptr},
    {"producer", channel_producer, nullptr,
     "Writes messages in place, and many at a time. Worth keeping in a variable.", nullptr},
    {"consumer", channel_consumer, nullptr,
     "Reads messages in place, many at a time. Worth keeping in a variable.", nullptr},
    {"_doorbell", channel_doorbell, nullptr, nullptr, nullptr},
    {"_peer_descriptor", channel_peer_descriptor, nullptr, nullptr, nullptr},
    {"_meeting_descriptor", channel_meeting_descriptor, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(channel_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(channel_dealloc)},
    {Py_tp_iter, reinterpret_cast<void*>(channel_self)},
    {Py_tp_iternext, reinterpret_cast<void*>(channel_next)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.Channel", sizeof(ChannelObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace

PyObject* make_channel_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
