// Blocking waits of a Channel: without the GIL, with a deadline, open to signals and to close().
#pragma once

#include <Python.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "channel_state.h"

namespace ringsnake::python {

// How long a method may block. Reads the clock only once something is to be waited for.
class Timer {
 public:
  using Clock = Waiter::Clock;

  // Of seconds, or None: for ever. False with an exception set.
  static bool read(PyObject* timeout, Timer* out);
  static Timer never() { return {}; }
  static Timer none() {
    Timer timer;
    timer.left_ = Clock::duration::zero();
    return timer;
  }

  // Nothing may be waited for at all.
  bool is_none() const { return left_ && *left_ == Clock::duration::zero(); }
  // When to look around again, `slice` from now at the latest.
  Clock::time_point next_look(Clock::duration slice);
  bool is_over() const { return end_ && Clock::now() >= *end_; }

 private:
  std::optional<Clock::duration> left_;
  std::optional<Clock::time_point> end_;
};

enum class Waited : std::uint8_t {
  kReady,     // a record, or what was wanted; or it is time to look around
  kTimedOut,  // the time is up, and there is nothing
  kRaised,    // an exception is set: a signal's handler raised, the peer is gone, or close()
};

// Blocks until there is something to do. The caller's own look at the channel comes before and
// after.
// REQUIRES: the caller has a share of the state.
Waited wait_for_peer(ChannelState& state, Timer& timer);

}  // namespace ringsnake::python
