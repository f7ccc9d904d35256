// How a run of explored_machine.h goes: who takes which turn.
#pragma once

#include <utility>

#include "explored_machine.h"

namespace ringsnake::spec {

// Running

inline Machine::Outcome Machine::run(Explorer& explorer, void (*prepare)(), void (*body)(int),
                                     void (*finish)()) {
  explorer_ = &explorer;
  body_ = body;
  std::memset(cells_, 0, cell_count_ * sizeof(Cell));
  preemptions_left_ = bounds_.preemptions;
  delays_left_ = bounds_.delays;
  spurious_left_ = bounds_.spurious_wakes;
  presses_[0] = presses_[1] = 0;
  memory_hash_ = 0;
  for (Thread& thread : threads_) {
    thread.fiber.restart();
    thread.buffer.clear();
    thread.history = 0;
    thread.state = State::kRunnable;
    thread.doorbell = -1;
    thread.sleeps_on[0] = thread.sleeps_on[1] = nullptr;
  }
  outcome_ = Outcome::kCompleted;
  running_ = 0;
  concurrent_ = false;
  if (prepare != nullptr && ::_setjmp(main_) == 0) prepare();
  threads_[0].history = 1;
  threads_[1].history = 2;
  if (outcome_ == Outcome::kCompleted) outcome_ = run_threads();
  concurrent_ = false;
  if (outcome_ == Outcome::kCompleted) {
    drain(threads_[0]);
    drain(threads_[1]);
    if (::_setjmp(main_) == 0) finish();
  }
  return outcome_;
}

[[gnu::noinline]] inline Machine::Outcome Machine::run_threads() noexcept {
  concurrent_ = true;
  switched_by_choice_ = true;
  running_ = static_cast<int>(explorer_->choose(2));
  if (::_setjmp(main_) == 0) self().fiber.resume();
  return outcome_;
}

inline void Machine::fiber_body(int index) noexcept {
  machine.body_(index);
  machine.note("ends");
  machine.self().state = State::kFinished;
  if (machine.other().state == State::kFinished) machine.end_run(Outcome::kCompleted);
  if (machine.other().state == State::kBlocked)
    machine.fail("deadlock", "thread %d sleeps for ever", 1 - index);
  machine.switch_to_other(false);
  std::abort();  // nobody resumes a finished thread
}

inline void Machine::end_run(Outcome outcome) noexcept {
  outcome_ = outcome;
  ::_longjmp(main_, 1);
}

inline void Machine::fail(const char* kind, const char* format, ...) noexcept {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  failure_kind_ = kind;
  failure_ = text;
  note("%s: %s", kind, text);
  end_run(Outcome::kFailed);
}

inline void Machine::note(const char* format, ...) noexcept {
  if (trace_ == nullptr || !concurrent_) return;
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  trace_->append(running_ == 0 ? "  0 | " : "  1 |                                 ");
  trace_->append(text).append("\n");
}

// Taking turns

inline std::uint64_t Machine::state_hash() const noexcept {
  std::uint64_t hash = memory_hash_;
  const auto add = [&hash](std::uint64_t value) { hash = mix(hash + value); };
  for (const Thread& thread : threads_) {
    add(thread.history);
    add(static_cast<std::uint64_t>(thread.state));
    for (std::size_t i = 0; i < thread.buffer.size(); ++i) {
      const StoreBuffer::Store& store = thread.buffer[i];
      add(index_of(store.word) << 33 | std::uint64_t{store.is_release} << 32 | store.value);
    }
    add(thread.buffer.size());
  }
  add(std::uint64_t{presses_[0]} << 32 | presses_[1]);
  add(static_cast<std::uint64_t>(delays_left_) << 32 | static_cast<unsigned>(spurious_left_));
  // Who runs matters only while that is a privilege.
  if (bounds_.preemptions != Bounds::kUnlimited)
    add(static_cast<std::uint64_t>(preemptions_left_) << 1 | static_cast<unsigned>(running_));
  return hash;
}

inline void Machine::schedule(bool switch_is_free) noexcept {
  // Whoever chose us could as well have gone on, and that is tried there, not here.
  if (std::exchange(switched_by_choice_, false)) return;
  while (true) {
    Thread& peer = other();
    const bool can_switch =
        peer.state == State::kRunnable && (switch_is_free || preemptions_left_ > 0);
    const bool can_rouse = peer.state == State::kBlocked && spurious_left_ > 0;
    const unsigned turns = can_switch || can_rouse ? 2 : 1;
    const unsigned count = turns + (bounds_.literal ? count_leavers() : 0);
    if (count == 1) return;
    if (bounds_.cut_at_seen_states && !explorer_->first_visit(state_hash())) end_run(Outcome::kCut);
    const unsigned chosen = explorer_->choose(count);
    if (chosen == 0) return;
    if (chosen >= turns) {
      let_leave(chosen - turns);
    } else if (can_rouse) {
      --spurious_left_;
      note("(wakes the other for no reason)");
      rouse(peer);
    } else {
      if (!switch_is_free && bounds_.preemptions != Bounds::kUnlimited) --preemptions_left_;
      switch_to_other(true);
      if (std::exchange(switched_by_choice_, false)) return;
    }
  }
}

inline unsigned Machine::count_leavers() const noexcept {
  unsigned count = 0;
  for (const Thread& thread : threads_)
    for (std::size_t i = 0; i < thread.buffer.size(); ++i)
      count += thread.buffer.may_leave(i, model_) ? 1 : 0;
  return count;
}

inline void Machine::let_leave(unsigned chosen) noexcept {
  for (Thread& thread : threads_)
    for (std::size_t i = 0; i < thread.buffer.size(); ++i)
      if (thread.buffer.may_leave(i, model_) && chosen-- == 0) return leave_through(thread, i);
}

inline void Machine::switch_to_other(bool by_choice) noexcept {
  switched_by_choice_ = by_choice;
  Fiber& mine = self().fiber;
  running_ = 1 - running_;
  mine.give_way(self().fiber);
}

inline void Machine::block() noexcept {
  self().state = State::kBlocked;
  note("sleeps");
  if (other().state == State::kBlocked) fail("deadlock", "both threads sleep for ever");
  if (other().state == State::kFinished) fail("deadlock", "thread %d sleeps for ever", running_);
  switch_to_other(false);
  note("runs again");
}

inline void Machine::rouse(Thread& thread) noexcept {
  thread.state = State::kRunnable;
  thread.doorbell = -1;
  thread.sleeps_on[0] = thread.sleeps_on[1] = nullptr;
}

inline void Machine::yield() noexcept {
  schedule(true);
  learn(3);
}

}  // namespace ringsnake::spec
