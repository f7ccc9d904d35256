// A Channel's place in an event loop: what python/ringsnake/_channel/loop_link.py works with. What
// the methods do: python/ringsnake/_native.pyi.
#pragma once

#include <Python.h>

namespace ringsnake::python {

PyObject* channel_doorbell(PyObject* self, void*);
PyObject* channel_peer_descriptor(PyObject* self, void*);
PyObject* channel_meeting_descriptor(PyObject* self, void*);

PyObject* channel_ready(PyObject* self, PyObject*);
PyObject* channel_look_briefly(PyObject* self, PyObject*);
PyObject* channel_spin(PyObject* self, PyObject*);
PyObject* channel_park(PyObject* self, PyObject*);
PyObject* channel_unpark(PyObject* self, PyObject*);
PyObject* channel_clear_doorbell(PyObject* self, PyObject*);
PyObject* channel_look_at_peer(PyObject* self, PyObject*);
PyObject* channel_keep_messages(PyObject* self, PyObject*);
PyObject* channel_want(PyObject* self, PyObject* length);
PyObject* channel_hold_senders(PyObject* self, PyObject* wait);

}  // namespace ringsnake::python
