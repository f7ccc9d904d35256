#include "channel_wait.h"

#include <algorithm>
#include <cmath>

#include "channel_output.h"

namespace ringsnake::python {
namespace {

// How often a blocked thread looks whether another one closed the channel, and whether a signal
// came to another thread. Wake-ups by the peer do not depend on it.
constexpr auto kLook = std::chrono::milliseconds(250);
// Longer than this is for ever.
constexpr double kMostSeconds = 1e9;

}  // namespace

bool Timer::read(PyObject* timeout, Timer* out) {
  if (timeout == nullptr || timeout == Py_None) return true;
  const double seconds = PyFloat_AsDouble(timeout);
  if (PyErr_Occurred() != nullptr) return false;
  if (std::isnan(seconds)) {
    PyErr_SetString(PyExc_ValueError, "timeout is a number of seconds, or None");
    return false;
  }
  if (seconds <= kMostSeconds) {
    out->left_ = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(std::max(seconds, 0.0)));
  }
  return true;
}

Timer::Clock::time_point Timer::next_look(Clock::duration slice) {
  const auto now = Clock::now();
  if (left_ && !end_) end_ = now + *left_;
  return end_ ? std::min(*end_, now + slice) : now + slice;
}

Waited wait_for_peer(ChannelState& state, Timer& timer) {
  publish_batch(state);
  if (peer_is_gone(state) && !state.endpoint->waiter.ready()) {
    raise_peer_gone(state);
    return Waited::kRaised;
  }
  if (state.endpoint->waiter.look_briefly()) return Waited::kReady;
  const auto until = timer.next_look(kLook);
  auto result = WaitResult::kReady;
  {
    const Absence absence(state);
    result = state.endpoint->wait(until);
  }
  if (state.parked_in_loop) {
    // The word on which the event loop relied was used for this wait: it must park again.
    state.parked_in_loop = false;
    state.endpoint->own_doorbell.press();
  }
  if (PyErr_CheckSignals() != 0) return Waited::kRaised;
  if (state.closed || !state.generation.is_current()) {
    raise_unusable(&state);
    return Waited::kRaised;
  }
  switch (result) {
    case WaitResult::kPeerDied:
    case WaitResult::kPeerClosed:
      state.peer = result == WaitResult::kPeerDied ? PeerState::kDied : PeerState::kClosed;
      raise_peer_gone(state);
      return Waited::kRaised;
    case WaitResult::kTimedOut:
      return timer.is_over() ? Waited::kTimedOut : Waited::kReady;
    case WaitResult::kReady:
    case WaitResult::kInterrupted:
      return Waited::kReady;
  }
  return Waited::kReady;
}

}  // namespace ringsnake::python
