// Python type `ringsnake._native.ProgramRunner`: runs the most frequent programs of the peer's, an
// attribute or a call of plain values. The base of ringsnake._proxies.service.SessionObjects, whose
// methods do all else. Types: python/ringsnake/_native.pyi. Needs the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// What the first argument, a program, gives if `handler` is the method `run` of a ProgramRunner and
// the program reads an attribute for which no code of anybody's runs. New reference; null without
// an exception otherwise. REQUIRES: a list.
PyObject* run_without_code(PyObject* handler, PyObject* args);

// New reference to the type, or null with an exception set.
PyObject* make_program_runner_type(PyObject* module);

}  // namespace ringsnake::python
