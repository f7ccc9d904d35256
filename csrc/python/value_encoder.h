// Python objects to values. Normative: spec/wire/value.md. Twin: lib/wire/value-writer.ts,
// lib/wire/write-any.ts.
#pragma once

#include <Python.h>

#include "byte_sink.h"

namespace ringsnake::python {

// Writes one value. False with an exception set: `ringsnake._errors.EncodeError`, whose `path`
// names the place, for what has no wire form; MemoryError. The sink then holds a part of the value.
// REQUIRES: the GIL is held. Borrows `value`. An object with a buffer may run Python code of its
// own.
bool encode_value(ByteSink& sink, PyObject* value);

}  // namespace ringsnake::python
