// `ValueEncoder` and `ValueDecoder`: messages of one sequence, whose objects' keys cross once.
// Twins: lib/wire/shapes/value-encoder.ts, value-decoder.ts. One thread at a time; the GIL.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// New references; nullptr with an exception set.
PyObject* make_value_encoder_type(PyObject* module);
PyObject* make_value_decoder_type(PyObject* module);

}  // namespace ringsnake::python
