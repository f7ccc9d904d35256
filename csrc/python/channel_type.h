// Python type `ringsnake._native.Channel`, the base of ringsnake.ring.Channel: one side of a
// channel. Its methods are in channel_{send,bulk,receive,loop}.cc. Types:
// python/ringsnake/_native.pyi.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New reference to the type, or null with an exception set. REQUIRES: the GIL is held.
PyObject* make_channel_type(PyObject* module);

}  // namespace ringsnake::python
