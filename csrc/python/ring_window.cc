#include "ring_window.h"

#include <new>
#include <utility>

namespace ringsnake::python {
namespace {

// What a memoryview, all of its slices and whatever is made of them have in common: CPython gives
// the buffer back when the last of them is gone.
struct WindowObject {
  PyObject_HEAD std::shared_ptr<Region> region;
  std::span<const std::byte> place;
  bool writable;
  bool opening;  // by RingWindow::open(); nobody else gets a buffer, such as by `view.obj`
  bool watched;  // a buffer is out
};

WindowObject& window_of(PyObject* self) { return *reinterpret_cast<WindowObject*>(self); }

int window_get_buffer(PyObject* self, Py_buffer* view, int flags) {
  WindowObject& window = window_of(self);
  if (!window.opening) {
    view->obj = nullptr;
    PyErr_SetString(PyExc_BufferError, "a place in a ring is looked at by its memoryview alone");
    return -1;
  }
  // PyBuffer_FillInfo() is told whether it may be written.
  auto* const data = const_cast<std::byte*>(window.place.data());
  const auto size = static_cast<Py_ssize_t>(window.place.size());
  const int filled = PyBuffer_FillInfo(view, self, data, size, window.writable ? 0 : 1, flags);
  window.watched = filled == 0;
  return filled;
}

void window_release_buffer(PyObject* self, Py_buffer*) { window_of(self).watched = false; }

void window_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  window_of(self).region.~shared_ptr();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(window_dealloc)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(window_get_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void*>(window_release_buffer)},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.RingWindow", sizeof(WindowObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

Ref make_window(PyObject* type, const std::shared_ptr<Region>& region) {
  auto* const window_type = reinterpret_cast<PyTypeObject*>(type);
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(window_type, Py_tp_alloc));
  Ref self(allocate(window_type, 0));
  if (self) new (&window_of(self.get()).region) std::shared_ptr<Region>(region);
  return self;
}

}  // namespace

PyObject* make_ring_window_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

PyObject* RingWindow::open(PyObject* type, const std::shared_ptr<Region>& region,
                           std::span<const std::byte> place, WindowAccess access) {
  if (!content_) content_ = make_window(type, region);
  if (!content_) return nullptr;
  WindowObject& window = window_of(content_.get());
  window.place = place;
  window.writable = access == WindowAccess::kWrite;
  window.opening = true;
  view_ = Ref(PyMemoryView_FromObject(content_.get()));
  window.opening = false;
  is_open_ = static_cast<bool>(view_);
  return view_.get();
}

bool RingWindow::close() {
  if (!is_open_) return true;
  // When nobody else has it, its end releases it, at a fraction of the cost.
  const bool shared = view_ && Py_REFCNT(view_.get()) > 1;
  if (!shared || Ref(PyObject_CallMethod(view_.get(), "release", nullptr))) {
    view_ = Ref();
  } else {
    PyErr_Clear();
  }
  // Arrays keep the view from being released; slices of it only keep the buffer.
  if (window_of(content_.get()).watched) {
    PyErr_SetString(PyExc_BufferError,
                    "memoryviews or arrays of this place in the ring exist: release or delete them "
                    "before it ends, and copy what is to be kept");
    return false;
  }
  is_open_ = false;
  return true;
}

void RingWindow::abandon() {
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  close();
  is_open_ = false;
  view_ = Ref();
  content_ = Ref();
  PyErr_Restore(type, value, traceback);
}

}  // namespace ringsnake::python
