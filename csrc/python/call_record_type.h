// Python type `ringsnake._native.CallRecord`: what is known of each call that the peer made, in
// plain fields. The base of ringsnake._session.call_context.CallContext, so that one is made
// without a step in Python. Types: python/ringsnake/_native.pyi. Needs the GIL.
#pragma once

#include <Python.h>

#include <cstdint>

namespace ringsnake::python {

// At the beginning of each instance, also of a subclass.
struct CallRecord {
  PyObject_HEAD PyObject* handling;  // who handles it; owned, as is the next; null until it is set
  PyObject* method;
  std::uint32_t call_id;
  std::uint32_t parent;
  std::int32_t interface_index;
  char known_cancelled;
};

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_call_record_type(PyObject* module);

}  // namespace ringsnake::python
