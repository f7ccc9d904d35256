// A place in a ring that Python looks at, through memoryviews: an open claim, or the message that a
// visitor was called with.
//
// Threads: any, with the GIL. Ownership: keeps the region mapped. What looks at a place longer than
// it may sees bytes that mean nothing any more, but never memory that is gone; only in a child of
// fork() there is none.
#pragma once

#include <Python.h>

#include <cstddef>
#include <memory>
#include <span>

#include "../core/region.h"
#include "py_ref.h"

namespace ringsnake::python {

// New reference to the type of what the memoryviews refer to, or null with an exception set.
PyObject* make_ring_window_type(PyObject* module);

enum class WindowAccess : bool { kRead, kWrite };

// A memoryview of one place at a time.
class RingWindow {
 public:
  // The memoryview, borrowed; null with an exception set. `type`: of make_ring_window_type().
  // REQUIRES: !is_open().
  PyObject* open(PyObject* type, const std::shared_ptr<Region>& region,
                 std::span<const std::byte> place, WindowAccess access);
  bool is_open() const { return is_open_; }
  // Ends the memoryview, and so everybody's look at the place. False with BufferError set while a
  // slice of it, or an array, looks there still: then the window stays open.
  bool close();
  // For the end of it all: ends the memoryview if it can, and looks no further. Changes no
  // exception.
  void abandon();

 private:
  Ref content_;
  Ref view_;  // null, too, when close() has ended it and something else looks there still
  bool is_open_ = false;
};

}  // namespace ringsnake::python
