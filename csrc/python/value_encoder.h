// Python objects to values. Normative: spec/wire/value.md. Twin: lib/wire/value-writer.ts,
// lib/wire/write-any.ts.
#pragma once

#include <Python.h>

#include "byte_sink.h"
#include "host_objects.h"

namespace ringsnake::python {

class OutgoingBulk;
class SentShapes;

struct EncodeOptions {
  bool identity = false;           // what is reached more than once is defined once and referred to
  bool tuples = false;             // a tuple is written as one
  PyObject* writers = nullptr;     // borrowed: a TypeRegistry's dict from classes to functions
  OutgoingBulk* bulk = nullptr;    // takes large data; who gives it settles it
  SentShapes* shapes = nullptr;    // borrowed: of a sequence of messages; not with `identity`
  PyObject* references = nullptr;  // borrowed: what `to_wire` of a declared type is given
};

// Writes one value. False with an exception set: `ringsnake._errors.EncodeError`, whose `path`
// names the place, for what has no wire form; MemoryError; what an object's own code raised and
// cannot be the value's fault, such as KeyboardInterrupt. The sink then holds a part of the value.
// REQUIRES: the GIL is held. Borrows `value`. Objects beyond Python's plain ones may run Python
// code of their own.
bool encode_value(ByteSink& sink, PyObject* value, HostObjects& hosts,
                  const EncodeOptions& options = {});

}  // namespace ringsnake::python
