// `ringsnake._native.ItemBatch`. Types: python/ringsnake/_native.pyi.
#pragma once

#include <Python.h>

namespace ringsnake::python {

// A new reference to the type; null with an exception set.
PyObject* make_item_batch_type(PyObject* module);

}  // namespace ringsnake::python
