#include "bulk_type.h"

#include <new>
#include <utility>

#include "raise_status.h"

namespace ringsnake::python {
namespace {

struct BulkObject {
  PyObject_HEAD BulkContent content;
};

BulkContent& content_of(PyObject* self) { return reinterpret_cast<BulkObject*>(self)->content; }

// Ends our hold on the memory. Nothing of it is touched in a child of fork(), where it is not
// mapped.
void let_go(BulkContent& content) {
  const std::shared_ptr<Segment> segment = std::exchange(content.segment, nullptr);
  if (!segment || !content.generation.is_current()) return;
  const std::shared_ptr<Endpoint> endpoint = content.endpoint.lock();
  if (content.loan) {
    if (content.loan->give_back() && endpoint) endpoint->waiter.count_returned();
    content.loan.reset();
  } else if (endpoint) {
    endpoint->lender.drop(content.number);
  }
}

// False with an exception set.
bool is_usable(const BulkContent& content) {
  if (!content.generation.is_current()) {
    raise_text("ChannelClosedError",
               "the bulk message belongs to the process that forked this one");
    return false;
  }
  if (content.segment) return true;
  PyErr_SetString(PyExc_ValueError, "the bulk message was released or sent");
  return false;
}

// False with BufferError set.
bool is_unwatched(const BulkContent& content) {
  if (content.exports == 0) return true;
  PyErr_SetString(PyExc_BufferError,
                  "memoryviews or arrays of the bulk message exist: release or delete them first");
  return false;
}

int bulk_get_buffer(PyObject* self, Py_buffer* view, int flags) {
  BulkContent& content = content_of(self);
  if (!is_usable(content)) {
    view->obj = nullptr;
    return -1;
  }
  std::byte* const data =
      content.loan ? content.loan->payload().data() : content.segment->payload().data();
  const int filled = PyBuffer_FillInfo(view, self, data, static_cast<Py_ssize_t>(content.length),
                                       content.is_read_only ? 1 : 0, flags);
  if (filled == 0) content.exports += 1;
  return filled;
}

void bulk_release_buffer(PyObject* self, Py_buffer*) { content_of(self).exports -= 1; }

Py_ssize_t bulk_length(PyObject* self) {
  const BulkContent& content = content_of(self);
  return is_usable(content) ? static_cast<Py_ssize_t>(content.length) : -1;
}

PyObject* bulk_release(PyObject* self, PyObject*) {
  BulkContent& content = content_of(self);
  if (!is_unwatched(content)) return nullptr;
  let_go(content);
  Py_RETURN_NONE;
}

PyObject* bulk_enter(PyObject* self, PyObject*) {
  return is_usable(content_of(self)) ? Py_NewRef(self) : nullptr;
}

PyObject* bulk_exit(PyObject* self, PyObject*) { return bulk_release(self, nullptr); }

PyObject* bulk_released(PyObject* self, void*) {
  return PyBool_FromLong(content_of(self).segment ? 0 : 1);
}

void bulk_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  let_go(content_of(self));
  content_of(self).~BulkContent();
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"release", bulk_release, METH_NOARGS,
     "release($self)\n--\n\n"
     "Gives the memory back. May be called again; nothing happens then.\n\n"
     "Raises BufferError while a memoryview or an array of it exists."},
    {"__enter__", bulk_enter, METH_NOARGS, nullptr},
    {"__exit__", bulk_exit, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"released", bulk_released, nullptr, "Whether it was released or sent.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

constexpr const char kDocumentation[] =
    "A large message in shared memory, without a copy: one to fill, from Channel.allocate(), or "
    "one "
    "received.\n\n"
    "memoryview(bulk) and numpy.frombuffer(bulk, dtype) look at its bytes in place, and may "
    "write.\n"
    "It ends with release(), at the end of a `with` block, by being sent, or when nothing refers "
    "to it\n"
    "any more; after that every use raises ValueError. Received, it stays valid although the "
    "channel was\n"
    "closed or the peer died. Threads: any. A child of fork() has no such memory: a memoryview "
    "that it\n"
    "inherits must not be touched there.";

PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>(kDocumentation)},
    {Py_tp_dealloc, reinterpret_cast<void*>(bulk_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_sq_length, reinterpret_cast<void*>(bulk_length)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(bulk_get_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void*>(bulk_release_buffer)},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake.ring.Bulk", sizeof(BulkObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

}  // namespace

PyObject* make_bulk_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

PyObject* make_bulk(PyObject* type, BulkContent content) {
  auto* const bulk_type = reinterpret_cast<PyTypeObject*>(type);
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(bulk_type, Py_tp_alloc));
  PyObject* const self = allocate(bulk_type, 0);
  if (self == nullptr) {
    let_go(content);
    return nullptr;
  }
  new (&content_of(self)) BulkContent(std::move(content));
  return self;
}

BulkContent* sendable_bulk(PyObject* object, PyObject* type,
                           const std::shared_ptr<Endpoint>& endpoint) {
  if (!Py_IS_TYPE(object, reinterpret_cast<PyTypeObject*>(type))) {
    PyErr_SetString(PyExc_TypeError, "only a Bulk from allocate() can be sent as one");
    return nullptr;
  }
  BulkContent& content = content_of(object);
  if (!is_usable(content) || !is_unwatched(content)) return nullptr;
  if (content.loan || content.endpoint.lock() != endpoint) {
    PyErr_SetString(
        PyExc_ValueError,
        "only a Bulk that this channel allocated can be sent by reference; send() copies "
        "any");
    return nullptr;
  }
  return &content;
}

void forget_bulk(BulkContent& content) { content.segment.reset(); }

}  // namespace ringsnake::python
