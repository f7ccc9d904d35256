// What a Python Channel holds. Private to csrc/python/channel_*; the type is in channel_type.cc.
//
// Threads: one at a time, which must also hold the GIL but while `busy`. Ownership: the Python
// object has a share, and so has whoever lets the GIL go in the middle of a method: another thread
// may close the channel then.
#pragma once

#include <Python.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "../core/endpoint.h"
#include "channel_types.h"
#include "fork_generation.h"
#include "lack.h"
#include "open_batch.h"
#include "open_endpoint.h"
#include "py_ref.h"
#include "ring_window.h"
#include "without_gil.h"

namespace ringsnake::python {

// Messages that arrived while this side was blocked in sending, for later receive().
class Inbox {
 public:
  bool empty() const { return messages_.empty(); }
  // So many that the sender must give up rather than keep more.
  bool full() const { return bytes_ > kMost; }
  std::size_t bytes() const { return bytes_; }
  void push(Ref message, std::size_t bytes) {
    bytes_ += bytes + kPerMessage;
    messages_.emplace_back(std::move(message), bytes + kPerMessage);
  }
  // To be the next.
  void put_back(Ref message) { messages_.emplace_front(std::move(message), 0); }
  // REQUIRES: !empty().
  PyObject* pop() {
    auto [message, bytes] = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= bytes;
    return message.release();
  }

 private:
  static constexpr std::size_t kMost = std::size_t{64} * 1024 * 1024;
  // Empty messages cost something, too.
  static constexpr std::size_t kPerMessage = 64;

  std::deque<std::pair<Ref, std::size_t>> messages_;
  std::size_t bytes_ = 0;
};

struct ChannelState : std::enable_shared_from_this<ChannelState> {
  ChannelState(OpenedEndpoint opened, ChannelTypes loaded)
      : endpoint(std::move(opened.endpoint)),
        peer_socket(std::move(opened.peer_socket)),
        types(std::move(loaded)) {}

  const std::shared_ptr<Endpoint> endpoint;
  OwnedDescriptor peer_socket;
  const ChannelTypes types;
  const ForkGeneration generation;
  Inbox inbox;
  // Received, and their room not yet given back.
  std::size_t owed_bytes = 0;
  // Peeked and not taken: no memory for a message was to be had, or only a look was asked for.
  std::optional<Record> unread;
  // What has been begun to be sent, of which there is one at most: a claim that the user fills, and
  // messages that are not published yet.
  RingWindow claim;
  Py_ssize_t claimed_bytes = 0;
  OpenBatch batch;
  // What is known of the peer; nothing changes any more once it is gone.
  PeerState peer = PeerState::kThere;
  // Of the last attempt to send; an event loop waits for it.
  Lack lack;
  bool broken = false;          // a bulk reference was none
  bool busy = false;            // a thread is in the core without the GIL
  bool closed = false;          // by this side
  bool in_loop = false;         // an event loop knows our doorbell
  bool parked_in_loop = false;  // and relies on it now
  bool senders_wait = false;    // in the event loop: try_send() may not overtake them
  bool visiting = false;        // consumer.read() is showing a message in place
};

struct ChannelObject {
  PyObject_HEAD std::shared_ptr<ChannelState> state;  // null after close()
};

inline ChannelObject* as_channel(PyObject* self) { return reinterpret_cast<ChannelObject*>(self); }

// Says why the channel cannot be used now. Always null.
ChannelState* raise_unusable(const ChannelState* state);
// Says that a visitor is at work. Always null.
ChannelState* raise_visiting();

// The state to work with, or null with an exception set: the first thing that every method does.
inline ChannelState* use_channel(PyObject* self) {
  ChannelState* const state = as_channel(self)->state.get();
  if (state != nullptr && state->generation.is_current() && !state->busy) return state;
  return raise_unusable(state);
}

// The same for what reads or waits, which a visitor of consumer.read() may not: what it looks at
// would be gone, or two sides that wait in their visitors would wait for each other.
inline ChannelState* use_reader(PyObject* self) {
  ChannelState* const state = use_channel(self);
  if (state == nullptr || !state->visiting) return state;
  return raise_visiting();
}

// Whether the peer has closed its side or died; cheap while there is no sign of it. What it sent
// before may still have to be taken.
bool peer_is_gone(ChannelState& state);
// Sets the error for a peer that is gone.
void raise_peer_gone(const ChannelState& state);

// Releases the GIL for the rest of the scope, and keeps other threads out of the channel.
class Absence {
 public:
  explicit Absence(ChannelState& state) : mark_(state.busy) {}

 private:
  // Set before the GIL goes, cleared when it is back.
  struct Mark {
    explicit Mark(bool& flag) : flag(flag) { flag = true; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    ~Mark() { flag = false; }
    bool& flag;
  };
  const Mark mark_;
  const WithoutGil without_gil_;
};

}  // namespace ringsnake::python
