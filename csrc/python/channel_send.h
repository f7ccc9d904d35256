// Sending of a Python Channel: methods of its type. Their documentation is in the table of
// channel_type.cc.
#pragma once

#include <Python.h>

#include "channel_state.h"

namespace ringsnake::python {

PyObject* channel_try_send(PyObject* self, PyObject* data);
// For coroutines whose turn it is: as try_send(), which may not overtake them.
PyObject* channel_try_send_in_turn(PyObject* self, PyObject* data);
PyObject* channel_send(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names);
PyObject* channel_send_many(PyObject* self, PyObject* messages);

PyObject* channel_try_allocate(PyObject* self, PyObject* size);
PyObject* channel_allocate(PyObject* self, PyObject* const* args, Py_ssize_t count,
                           PyObject* names);
PyObject* channel_try_send_bulk(PyObject* self, PyObject* const* args, Py_ssize_t count,
                                PyObject* names);
PyObject* channel_try_send_bulk_in_turn(PyObject* self, PyObject* const* args, Py_ssize_t count,
                                        PyObject* names);
PyObject* channel_send_bulk(PyObject* self, PyObject* const* args, Py_ssize_t count,
                            PyObject* names);

}  // namespace ringsnake::python
