#include "ring_consumer_type.h"

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "channel_receive.h"
#include "channel_state.h"
#include "channel_wait.h"
#include "fast_arguments.h"
#include "py_ref.h"
#include "ring_ends.h"
#include "ring_window.h"

namespace ringsnake::python {
namespace {

// Messages visited by one read().
constexpr Py_ssize_t kBatch = 256;

// While it exists nothing else may read, since room is given back all at once.
class Visit {
 public:
  explicit Visit(ChannelState& state) : state_(state) { state_.visiting = true; }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() { state_.visiting = false; }

 private:
  ChannelState& state_;
};

enum class Visited : std::uint8_t { kNothing, kMessage, kRaised };

// Shows a view to the visitor and then ends it by `end`. Of two exceptions the visitor's is told.
template <class End>
Visited show(PyObject* visitor, PyObject* view, End end) {
  const Ref result(PyObject_CallFunctionObjArgs(visitor, view, nullptr));
  if (result) return end() ? Visited::kMessage : Visited::kRaised;
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  end();
  PyErr_Restore(type, value, traceback);
  return Visited::kRaised;
}

bool release(PyObject* object) {
  return static_cast<bool>(Ref(PyObject_CallMethod(object, "release", nullptr)));
}

// A message that is not in the ring: a Bulk, or bytes that came while this side was blocked.
Visited visit_object(PyObject* visitor, PyObject* message) {
  const Ref view(PyMemoryView_FromObject(message));
  if (!view) return Visited::kRaised;
  const bool is_bytes = Py_IS_TYPE(message, &PyBytes_Type);
  return show(visitor, view.get(),
              [&] { return release(view.get()) && (is_bytes || release(message)); });
}

Visited visit_next(ChannelState& state, PyObject* visitor, RingWindow& window) {
  if (state.inbox.empty()) {
    const Record* const record = look(state);
    if (record == nullptr) {
      return PyErr_Occurred() == nullptr ? Visited::kNothing : Visited::kRaised;
    }
    if (record->kind == RecordKind::kMessage) {
      PyObject* const view = window.open(state.types.window.get(), state.endpoint->region(),
                                         record->payload, WindowAccess::kRead);
      if (view == nullptr) return Visited::kRaised;
      state.unread.reset();
      return show(visitor, view, [&] { return window.close(); });
    }
  }
  const Ref message(take_message(state));
  return message ? visit_object(visitor, message.get()) : Visited::kRaised;
}

PyObject* consumer_read(PyObject* self, PyObject* visitor) {
  ChannelState* const given = use_reader(channel_of(self));
  if (given == nullptr) return nullptr;
  if (PyCallable_Check(visitor) == 0) {
    PyErr_SetString(PyExc_TypeError, "read() calls its argument with each message");
    return nullptr;
  }
  // The visitor may close the channel.
  const std::shared_ptr<ChannelState> state = given->shared_from_this();
  auto visited = Visited::kMessage;
  Py_ssize_t count = 0;
  {
    const Visit visit(*state);
    RingWindow window;
    while (visited == Visited::kMessage && count < kBatch && !state->closed) {
      visited = visit_next(*state, visitor, window);
      if (visited == Visited::kMessage) ++count;
      if (state->generation.is_current()) continue;
      // The visitor forked, and this is the child.
      if (visited != Visited::kRaised) raise_unusable(state.get());
      return nullptr;
    }
  }
  give_room_back(*state);
  return visited == Visited::kRaised ? nullptr : PyLong_FromSsize_t(count);
}

PyObject* consumer_take(PyObject* self, PyObject*) {
  ChannelState* const state = use_reader(channel_of(self));
  if (state == nullptr) return nullptr;
  PyObject* const message = take_message(*state);
  if (message != nullptr || PyErr_Occurred() != nullptr) return message;
  Py_RETURN_NONE;
}

PyObject* consumer_peekable(PyObject* self, void*) {
  ChannelState* const state = use_channel(channel_of(self));
  if (state == nullptr) return nullptr;
  const bool found = has_message(*state);
  return PyErr_Occurred() == nullptr ? PyBool_FromLong(found ? 1 : 0) : nullptr;
}

PyObject* consumer_wait(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  std::array<Parameter, 1> parameters{{{"timeout"}}};
  Timer timer;
  if (!read_arguments("wait", {args, count, names}, parameters, 0) ||
      !Timer::read(parameters[0].value, &timer)) {
    return nullptr;
  }
  // Reading may have run Python code, which may have closed the channel.
  ChannelState* const given = use_reader(channel_of(self));
  if (given == nullptr) return nullptr;
  const std::shared_ptr<ChannelState> state = given->shared_from_this();
  if (has_message(*state)) Py_RETURN_TRUE;
  if (PyErr_Occurred() != nullptr) return nullptr;
  const Waited waited = wait_for_message(*state, timer);
  return waited == Waited::kRaised ? nullptr : PyBool_FromLong(waited == Waited::kReady ? 1 : 0);
}

PyMethodDef methods[] = {
    {"read", consumer_read, METH_O,
     "read($self, visit, /)\n--\n\n"
     "Calls `visit` with what is there, at most 256 messages, in order and in place; returns how "
     "many.\n\n"
     "Each comes as a memoryview, read-only but for bulk messages, that is released when the "
     "visitor\n"
     "returns; a bulk message is, too. Then the peer gets the room of all of them. What the "
     "visitor raises\n"
     "is raised after its message was taken; the later ones come with the next call. A slice or an "
     "array\n"
     "of a view that outlives the visit raises BufferError: it must not be used any more, though "
     "nothing\n"
     "crashes. In the visitor try_send() and the producer may be used, and close(), but nothing "
     "that\n"
     "receives or waits. Raises ProtocolError, ChannelClosedError after close()."},
    {"take", consumer_take, METH_NOARGS,
     "take($self)\n--\n\n"
     "The next message: bytes, or a Bulk, which is the caller's to release. None when there is "
     "none now."},
    {"wait", as_method(consumer_wait), METH_FASTCALL | METH_KEYWORDS,
     "wait($self, timeout=None)\n--\n\n"
     "Blocks until there is something to take: True, or False when `timeout` seconds are up.\n\n"
     "Without the GIL; 0 only looks. What was written is published first. A signal's handler runs "
     "at once,\n"
     "and what it raises ends the call. Raises ChannelClosedError after the peer has closed the "
     "channel,\n"
     "PeerDiedError after it has died, both once everything it had sent was taken."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"peekable", consumer_peekable, nullptr, "Whether read() and take() have something now.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

constexpr const char kDocumentation[] =
    "The end of a channel's ring that reads: channel.consumer. Normative: spec/wire/ring.md §3.\n\n"
    "Threads: the channel's rule. Keeps the channel.";

}  // namespace

PyObject* make_ring_consumer_type(PyObject* module) {
  return make_ring_end_type(module,
                            {"ringsnake.ring.RingConsumer", kDocumentation, methods, attributes});
}

}  // namespace ringsnake::python
