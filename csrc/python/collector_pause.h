// Keeps Python's garbage collector from looking at a long message while it is being read: there can
// be no garbage in it. From 3.12 on CPython itself only looks between bytecodes. Needs the GIL.
#pragma once

#include <Python.h>

#include <cstddef>

namespace ringsnake::python {

class CollectorPause {
 public:
  // For a message of so many bytes. Python code that reading it runs finds the collector off.
  explicit CollectorPause(std::size_t size)
      : paused_(size >= kLong && Py_Version < kBetweenBytecodes && PyGC_Disable() != 0) {}
  CollectorPause(const CollectorPause&) = delete;
  CollectorPause& operator=(const CollectorPause&) = delete;
  ~CollectorPause() {
    if (paused_) PyGC_Enable();
  }

 private:
  static constexpr std::size_t kLong = 4096;
  static constexpr unsigned long kBetweenBytecodes = 0x030C0000;

  const bool paused_;
};

}  // namespace ringsnake::python
