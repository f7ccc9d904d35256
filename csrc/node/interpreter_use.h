// What an environment has to do with the interpreter of this process: requests of its own, and its
// thread, once that has made a call. Threads: the environment's own.
#pragma once

#include <cstdint>
#include <string>

#include "../core/direct_calls.h"
#include "../embed/interpreter.h"

namespace ringsnake::node {

class InterpreterUse {
 public:
  InterpreterUse() = default;
  InterpreterUse(const InterpreterUse&) = delete;
  InterpreterUse& operator=(const InterpreterUse&) = delete;
  // Python's main thread ends the workers that are left, and forgets this thread: here Python's
  // lock would have to be waited for.
  ~InterpreterUse() {
    if (!has_asked_) return;
    const auto thread = reinterpret_cast<std::uintptr_t>(thread_);
    // Who cannot be told any more has no use for it.
    static_cast<void>(ask("leave " + std::to_string(thread)).is_ok());
  }

  // REQUIRES: the interpreter was started.
  Status ask(const std::string& line) {
    has_asked_ = true;
    const auto name = reinterpret_cast<std::uintptr_t>(this);
    return embed::ask_interpreter(std::to_string(name) + " " + line);
  }
  // Makes the thread one of Python's, if it is none yet. False when it cannot.
  bool join(const DirectTarget& target) {
    if (thread_ == nullptr) thread_ = target.join();
    return thread_ != nullptr;
  }
  // Its state in Python; null before it has joined.
  void* thread() const noexcept { return thread_; }

 private:
  void* thread_ = nullptr;
  bool has_asked_ = false;
};

}  // namespace ringsnake::node
