// Values to Python objects. Normative: spec/wire/value.md. Twin: lib/wire/value-reader.ts.
#pragma once

#include <Python.h>

#include <cstddef>
#include <span>

#include "host_objects.h"

namespace ringsnake::python {

class IncomingBulk;
class ReceivedShapes;

struct DecodeOptions {
  bool numpy = false;                // an ndarray is numpy's
  PyObject* readers = nullptr;       // borrowed: a TypeRegistry's dict from names to functions
  IncomingBulk* bulk = nullptr;      // has what extension 7 refers to
  ReceivedShapes* shapes = nullptr;  // borrowed: of a sequence of messages
  // Borrowed: a Python object that makes what extensions 24 and 25 refer to; without it they are
  // refused. See ringsnake._wire.references.
  PyObject* references = nullptr;
};

// The one value that all of `bytes` are, as a new reference. Nothing in it refers to `bytes`.
// nullptr with an exception set: `ringsnake._errors.DecodeError`, whose message names the byte, for
// malformed bytes; MemoryError. Time and memory are linear in the length of `bytes`, whatever they
// say. REQUIRES: the GIL is held, and nobody writes to `bytes` meanwhile.
PyObject* decode_value(std::span<const std::byte> bytes, HostObjects& hosts,
                       const DecodeOptions& options = {});

}  // namespace ringsnake::python
