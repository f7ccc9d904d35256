// What Python knows of an environment's thread, once that has made a call of its own.
// Threads: the environment's own.
#pragma once

#include <cstdint>
#include <string>

#include "../core/direct_calls.h"
#include "../embed/interpreter.h"

namespace ringsnake::node {

class PythonThread {
 public:
  PythonThread() = default;
  PythonThread(const PythonThread&) = delete;
  PythonThread& operator=(const PythonThread&) = delete;
  // Python's main thread forgets it: here its lock would have to be waited for.
  ~PythonThread() {
    if (state_ == nullptr) return;
    const std::string request =
        "forget " + std::to_string(reinterpret_cast<std::uintptr_t>(state_));
    static_cast<void>(!embed::ask_interpreter(request).is_ok());
  }

  // Makes the thread one of Python's, if it is none yet. False when it cannot.
  bool join(const DirectTarget& target) {
    if (state_ == nullptr) state_ = target.join();
    return state_ != nullptr;
  }
  void* get() const noexcept { return state_; }

 private:
  void* state_ = nullptr;
};

}  // namespace ringsnake::node
