// Calls whose handlers run here: no step of ours in Python lies between a frame and its handler,
// nor between the result and its frame. Only what is plain: no context, nothing by reference, no
// observer. What turns out not to be plain goes on in Python's half, which knows every kind:
// ringsnake/_session/callee.py. Needs the full C API. Every function needs the GIL.
#pragma once

#include <Python.h>

#include <cstdint>

#include "../core/frame.h"
#include "py_ref.h"

namespace ringsnake::python {

// What a method of a served interface needs to be called here. Borrowed.
struct PlainMethod {
  PyObject* handler = nullptr;
  PyObject* method = nullptr;   // ringsnake._session.interface.Method
  PyObject* program = nullptr;  // of its result
};

class PlainCalls {
 public:
  // How a call that was run has ended. Twin: `Outcome` in ringsnake/_session/callee.py.
  enum class Outcome : std::uint8_t {
    kAwaitable,  // the handler gave what is to be awaited, in its context
    kRaised,     // it raised
    kUnsent,     // it gave a result that nobody waits for any more
    kRefused,    // the result could not be encoded
    kKept,       // its frame must wait for room
  };

  // (methods, handling, call_type, current, open_calls): by interface and method (handler, method,
  // program) or None; what calls know as their handling; their class; the context variable that
  // tells of the running one; those that are not answered. False with an exception set.
  bool set(PyObject* const* args, Py_ssize_t count);
  // Nothing when that method is not plain, or such a call is open.
  PlainMethod find(const FrameHeader& header, PyObject* call_id) const;
  // An open call. New reference, or null with an exception set.
  PyObject* begin(const FrameHeader& header, PyObject* call_id, const PlainMethod& method) const;
  // Runs the handler in a context of its own, which is `*context` then. New reference, or null with
  // what it raised.
  PyObject* run(PyObject* handler, PyObject* call, PyObject* args, Ref* context) const;
  // It was answered.
  void end(PyObject* call_id) const;

 private:
  Ref methods_;
  Ref handling_;
  Ref call_type_;
  Ref current_;
  Ref open_;
  newfunc make_ = nullptr;  // of `object`
  Ref nothing_;             // a tuple
};

// Whether `await` takes it.
bool is_awaitable(PyObject* value);

}  // namespace ringsnake::python
