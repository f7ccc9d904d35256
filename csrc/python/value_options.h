// The arguments by name of encode(), decode() and their likes. Each reader is false with an
// exception set; a parameter without a value leaves `out` as it is.
#pragma once

#include <Python.h>

#include "fast_arguments.h"
#include "py_ref.h"

namespace ringsnake::python {

bool read_flag(const Parameter& parameter, bool* out);

// A dict of a TypeRegistry, kept alive by `owner`.
bool read_types(const Parameter& parameter, PyObject* attribute, Ref* owner, PyObject** out);

// 'memoryview' or 'numpy'.
bool read_arrays(const Parameter& parameter, bool* numpy);

}  // namespace ringsnake::python
