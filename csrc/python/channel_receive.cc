#include "channel_receive.h"

#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include "bulk_type.h"
#include "channel_output.h"
#include "fast_arguments.h"
#include "raise_status.h"

namespace ringsnake::python {
namespace {

constexpr Py_ssize_t kBatchDefault = 256;
// Bytes of room that the producer may have to wait for a little longer.
constexpr std::size_t kOwedMost = 4096;

void raise_broken() { raise_text("ProtocolError", "the ring holds what no peer may write"); }

// `*stays`: this process may open no more, and needs a descriptor for it.
PyObject* borrow_bulk(ChannelState& state, const Record& record, bool* stays) {
  std::optional<Loan> loan;
  const Status status = state.endpoint->borrow(record.payload, &loan);
  state.broken = status.code == StatusCode::kBroken;
  *stays = status.error_number == EMFILE;
  if (raise_if_failed(status) || !loan) return nullptr;
  return make_bulk(state.types.bulk.get(), {state.endpoint, std::move(*loan)});
}

// A message of what look() found. Null with an exception set; then it stands only if memory or a
// descriptor was short.
PyObject* to_message(ChannelState& state, const Record& record) {
  PyObject* message = nullptr;
  if (record.kind == RecordKind::kMessage) {
    message = PyBytes_FromStringAndSize(reinterpret_cast<const char*>(record.payload.data()),
                                        static_cast<Py_ssize_t>(record.payload.size()));
    if (message == nullptr) return nullptr;
  } else {
    bool stays = false;
    message = borrow_bulk(state, record, &stays);
    if (stays) return nullptr;
  }
  state.unread.reset();
  return message;
}

PyObject* take_from_ring(ChannelState& state) {
  const Record* const record = look(state);
  if (record == nullptr) return nullptr;
  state.owed_bytes += record_bytes(static_cast<std::uint32_t>(record->payload.size()));
  PyObject* const message = to_message(state, *record);
  // Room for many small messages is given back together: a producer that waits for it looks at that
  // word all the time, and each write to it would cost as much as the message. Nothing is owed
  // while we wait.
  if (!state.unread && (state.owed_bytes > kOwedMost || !state.endpoint->consumer.readable())) {
    give_room_back(state);
  }
  return message;
}

// Null with an exception set, or without one when the time is up.
PyObject* take_blocking(ChannelState& given, Timer& timer) {
  // close() in another thread, or in a signal's handler, may take the object's share.
  const std::shared_ptr<ChannelState> state = given.shared_from_this();
  return wait_for_message(*state, timer) == Waited::kReady ? take_message(*state) : nullptr;
}

PyObject* receive_one(ChannelState& state, Timer& timer) {
  PyObject* const message = take_message(state);
  if (message != nullptr || PyErr_Occurred() != nullptr) return message;
  return take_blocking(state, timer);
}

// Appends what is there, at most `most` in all. False with an exception set.
bool take_batch(ChannelState& state, PyObject* list, Py_ssize_t most) {
  bool failed = false;
  bool gave_room = false;
  for (Py_ssize_t count = PyList_Size(list); count < most && !failed; ++count) {
    Ref message;
    if (!state.inbox.empty()) {
      message = Ref(state.inbox.pop());
    } else {
      const Record* const record = look(state);
      if (record == nullptr) break;
      message = Ref(to_message(state, *record));
      gave_room |= !state.unread;
    }
    failed = !message || PyList_Append(list, message.get()) != 0;
  }
  if (gave_room) give_room_back(state);
  if (!failed && PyErr_Occurred() == nullptr) return true;
  // What was taken already is not lost for the error: it comes with the next call.
  for (Py_ssize_t i = PyList_Size(list); i > 0; --i) {
    state.inbox.put_back(Ref(Py_NewRef(PyList_GetItem(list, i - 1))));
  }
  return false;
}

}  // namespace

void give_room_back(ChannelState& state) {
  if (state.visiting || state.unread) return;
  state.owed_bytes = 0;
  state.endpoint->consumer.release();
  state.endpoint->waiter.wake_after_release();
}

const Record* look(ChannelState& state) {
  if (!state.unread && !state.broken) state.unread = state.endpoint->consumer.peek();
  if (state.unread) return &*state.unread;
  // Whoever finds nothing may go to sleep, and the producer may wait for just that room.
  if (state.owed_bytes > 0) give_room_back(state);
  if (state.broken || state.endpoint->consumer.broken()) raise_broken();
  return nullptr;
}

Waited wait_for_message(ChannelState& state, Timer& timer) {
  if (timer.is_none()) {
    publish_batch(state);
    if (!peer_is_gone(state)) return Waited::kTimedOut;
    // Gone first, then a last look: what it sent before is still received.
    if (has_message(state)) return Waited::kReady;
    if (PyErr_Occurred() == nullptr) raise_peer_gone(state);
    return Waited::kRaised;
  }
  while (true) {
    const Waited waited = wait_for_peer(state, timer);
    if (waited == Waited::kRaised) return waited;
    if (has_message(state)) return Waited::kReady;
    if (PyErr_Occurred() != nullptr) return Waited::kRaised;
    if (waited == Waited::kTimedOut) return waited;
  }
}

PyObject* take_message(ChannelState& state) {
  return state.inbox.empty() ? take_from_ring(state) : state.inbox.pop();
}

bool fill_inbox(ChannelState& state) {
  while (!state.inbox.full()) {
    Ref message(take_from_ring(state));
    if (!message) return PyErr_Occurred() == nullptr;
    const bool is_bytes = Py_IS_TYPE(message.get(), &PyBytes_Type);
    const Py_ssize_t size = is_bytes ? PyBytes_Size(message.get()) : 0;
    state.inbox.push(std::move(message), static_cast<std::size_t>(size));
  }
  const Ref text(PyUnicode_FromFormat(
      "%zu bytes arrived while this side waited for room to send: receive more often",
      state.inbox.bytes()));
  raise_error("BackpressureError", text.get());
  return false;
}

PyObject* channel_receive(PyObject* self, PyObject* const* args, Py_ssize_t count,
                          PyObject* names) {
  Timer timer;
  if (count != 0 || names != nullptr) {
    std::array<Parameter, 1> parameters{{{"timeout"}}};
    if (!read_arguments("receive", {args, count, names}, parameters, 0) ||
        !Timer::read(parameters[0].value, &timer)) {
      return nullptr;
    }
  }
  // Last of all: reading a timeout may run Python code, which may close the channel.
  ChannelState* const state = use_reader(self);
  if (state == nullptr) return nullptr;
  PyObject* const message = receive_one(*state, timer);
  if (message != nullptr || PyErr_Occurred() != nullptr) return message;
  Py_RETURN_NONE;
}

PyObject* channel_receive_many(PyObject* self, PyObject* const* args, Py_ssize_t count,
                               PyObject* names) {
  std::array<Parameter, 2> parameters{{{"max"}, {"timeout"}}};
  if (!read_arguments("receive_many", {args, count, names}, parameters, 0)) return nullptr;
  Py_ssize_t most = kBatchDefault;
  if (parameters[0].value != nullptr) {
    most = PyLong_AsSsize_t(parameters[0].value);
    if (most == -1 && PyErr_Occurred() != nullptr) return nullptr;
    if (most < 1) {
      PyErr_SetString(PyExc_ValueError, "max is a number of messages, at least 1");
      return nullptr;
    }
  }
  Timer timer = Timer::none();
  if (parameters[1].value != nullptr) {
    timer = Timer::never();
    if (!Timer::read(parameters[1].value, &timer)) return nullptr;
  }
  Ref list(PyList_New(0));
  ChannelState* const state = list ? use_reader(self) : nullptr;
  if (state == nullptr || !take_batch(*state, list.get(), most)) return nullptr;
  if (PyList_Size(list.get()) > 0) return list.release();
  const Ref first(take_blocking(*state, timer));
  if (!first) return PyErr_Occurred() == nullptr ? list.release() : nullptr;
  const bool appended = PyList_Append(list.get(), first.get()) == 0;
  return appended && take_batch(*state, list.get(), most) ? list.release() : nullptr;
}

PyObject* channel_next(PyObject* self) {
  ChannelState* const state = use_reader(self);
  if (state == nullptr) return nullptr;
  Timer timer;
  PyObject* const message = receive_one(*state, timer);
  if (message != nullptr) return message;
  // Without an exception the loop ends: the peer closed the channel, and nothing is left.
  const std::shared_ptr<ChannelState>& still = as_channel(self)->state;
  if (still && still->peer == PeerState::kClosed) clear_error("ChannelClosedError");
  return nullptr;
}

}  // namespace ringsnake::python
