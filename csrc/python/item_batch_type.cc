#include "item_batch_type.h"

#include <array>
#include <chrono>
#include <cstring>
#include <new>
#include <optional>

#include "../core/frame.h"
#include "byte_sink.h"
#include "host_objects.h"
#include "msgpack.h"
#include "py_ref.h"
#include "raise_status.h"
#include "schema_program.h"
#include "value_encoder.h"

namespace ringsnake::python {
namespace {

// The head of an array stands directly before its items, whatever its length.
constexpr std::size_t kArrayHead = 5;
constexpr std::size_t kFront = wire::kFrameHeaderBytes + kArrayHead;

// How long an iterator that never waits is asked before others get their turn.
constexpr auto kSlice = std::chrono::milliseconds(2);

using Clock = std::chrono::steady_clock;

// Items of one stream, encoded one by one as they come: their maker may change them afterwards.
struct Batch {
  explicit Batch(HostObjects& module_hosts) : hosts(module_hosts) {}

  HostObjects& hosts;
  SpareBuffer spare;
  std::optional<ByteSink> sink;  // holds room for the head first
  Ref program;
  std::uint32_t count = 0;
  std::uint64_t units = 0;
  // While the user's iterator runs.
  bool is_busy = false;
};

struct BatchObject {
  PyObject_HEAD Batch* batch;
};

Batch& batch_of(PyObject* self) { return *reinterpret_cast<BatchObject*>(self)->batch; }

// (program of one item)
PyObject* batch_new(PyTypeObject* type, PyObject* args, PyObject*) {
  PyObject* given = nullptr;
  if (PyArg_ParseTuple(args, "O", &given) == 0) return nullptr;
  Program program{};
  if (!read_program(given, &program)) {
    PyErr_SetString(PyExc_TypeError, "a batch needs the program of its items");
    return nullptr;
  }
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  Ref self(allocate(type, 0));
  if (!self) return nullptr;
  auto* const hosts = static_cast<HostObjects*>(PyType_GetModuleState(type));
  auto* const batch = new (std::nothrow) Batch(*hosts);
  if (batch == nullptr) return PyErr_NoMemory();
  batch->program = Ref(Py_NewRef(given));
  reinterpret_cast<BatchObject*>(self.get())->batch = batch;
  return self.release();
}

void batch_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  delete reinterpret_cast<BatchObject*>(self)->batch;
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

// False with an exception set; then the batch is as it was.
bool add(Batch& batch, PyObject* item) {
  if (!batch.sink) {
    batch.sink.emplace(nullptr, 0, &batch.spare);
    if (batch.sink->reserve(kFront) == nullptr) {
      batch.sink.reset();
      return false;
    }
  }
  Program program{};
  if (!read_program(batch.program.get(), &program)) return false;
  // Only a whole message may have its characters in blocks.
  program.in_block = false;
  ByteSink& sink = *batch.sink;
  const std::size_t before = sink.size();
  if (!encode_declared(sink, item, batch.hosts, program)) {
    sink.drop(sink.size() - before);
    return false;
  }
  batch.count += 1;
  batch.units += 1 + (sink.size() - before) / wire::kStreamUnitBytes;
  return true;
}

// Null with an exception set.
Batch* use(PyObject* self) {
  Batch& batch = batch_of(self);
  if (!batch.is_busy) return &batch;
  PyErr_SetString(PyExc_RuntimeError, "the iterator of a stream uses the stream");
  return nullptr;
}

PyObject* batch_add(PyObject* self, PyObject* item) {
  Batch* const batch = use(self);
  if (batch == nullptr) return nullptr;
  batch->is_busy = true;
  const bool added = add(*batch, item);
  batch->is_busy = false;
  if (!added) return nullptr;
  Py_RETURN_NONE;
}

// What an iterator has when it is asked for an item. New references.
struct Step {
  enum class Kind : std::uint8_t { kItem, kWaits, kEnded, kRaised };
  Kind kind = Kind::kRaised;
  Ref item;       // kItem; kWaits: what it waits for
  Ref awaitable;  // kWaits: to go on with
};

Step next_of(PyObject* iterator) {
  Ref item(PyIter_Next(iterator));
  if (item) return {Step::Kind::kItem, std::move(item), Ref()};
  return {PyErr_Occurred() == nullptr ? Step::Kind::kEnded : Step::Kind::kRaised, Ref(), Ref()};
}

// `anext`: the bound method.
Step anext_of(PyObject* anext) {
  Ref awaitable(PyObject_CallNoArgs(anext));
  if (awaitable && PyIter_Check(awaitable.get()) == 0 &&
      PyType_GetSlot(Py_TYPE(awaitable.get()), Py_am_send) == nullptr) {
    awaitable = Ref(PyObject_CallMethod(awaitable.get(), "__await__", nullptr));
  }
  Step step;
  if (!awaitable) return step;
  PyObject* result = nullptr;
  const PySendResult sent = PyIter_Send(awaitable.get(), Py_None, &result);
  step.item = Ref(result);
  if (sent == PYGEN_RETURN) {
    step.kind = Step::Kind::kItem;
  } else if (sent == PYGEN_NEXT) {
    step.kind = Step::Kind::kWaits;
    step.awaitable = std::move(awaitable);
  } else if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) != 0) {
    PyErr_Clear();
    step.kind = Step::Kind::kEnded;
  }
  return step;
}

// fill…(iterator, most units): True when it has ended, False when there is enough for now; of an
// asynchronous one that waits a tuple of what to go on with, and what it waits for.
template <Step (*Next)(PyObject*)>
PyObject* fill(PyObject* self, PyObject* args) {
  PyObject* iterator = nullptr;
  long long most = 0;
  Batch* const batch = use(self);
  if (batch == nullptr || PyArg_ParseTuple(args, "OL", &iterator, &most) == 0) return nullptr;
  const Clock::time_point until = Clock::now() + kSlice;
  batch->is_busy = true;
  Step step{Step::Kind::kItem, Ref(), Ref()};
  while (static_cast<long long>(batch->units) < most) {
    step = Next(iterator);
    if (step.kind != Step::Kind::kItem) break;
    if (!add(*batch, step.item.get())) {
      step.kind = Step::Kind::kRaised;
      break;
    }
    if (Clock::now() >= until) break;
  }
  batch->is_busy = false;
  switch (step.kind) {
    case Step::Kind::kRaised:
      return nullptr;
    case Step::Kind::kWaits:
      return PyTuple_Pack(2, step.awaitable.get(), step.item.get());
    default:
      return PyBool_FromLong(step.kind == Step::Kind::kEnded ? 1 : 0);
  }
}

std::size_t put_array_head(std::byte* end, std::uint32_t count) {
  if (count < 16) {
    end[-1] = static_cast<std::byte>(kFixarray | count);
    return 1;
  }
  if (count <= 0xffff) {
    end[-3] = std::byte{kArray16};
    store_big_endian(end - 2, static_cast<std::uint16_t>(count));
    return 3;
  }
  end[-5] = std::byte{kArray32};
  store_big_endian(end - 4, count);
  return 5;
}

// take(stream): the frame of what there is, as bytes, and what it costs
PyObject* batch_take(PyObject* self, PyObject* number) {
  Batch* const batch = use(self);
  const unsigned long stream = batch == nullptr ? 0 : PyLong_AsUnsignedLong(number);
  if (PyErr_Occurred() != nullptr) return nullptr;
  if (batch->count == 0 || !batch->sink.has_value()) {
    PyErr_SetString(PyExc_ValueError, "the batch is empty");
    return nullptr;
  }
  ByteSink& sink = batch->sink.value();  // Whoever counted an item has made it.
  std::byte* const items = sink.from(kFront);
  const std::size_t head = put_array_head(items, batch->count);
  FrameHeader header{};
  header.kind = static_cast<std::uint8_t>(FrameKind::kItems);
  header.call_id = static_cast<std::uint32_t>(stream);
  header.method_index = static_cast<std::uint32_t>(batch->units);
  std::byte* const front = items - head - wire::kFrameHeaderBytes;
  write_frame_header(front, header);
  const std::size_t size = sink.size() - kFront + head + wire::kFrameHeaderBytes;
  Ref frame(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(front),
                                      static_cast<Py_ssize_t>(size)));
  const std::uint64_t units = batch->units;
  batch->sink.reset();
  batch->count = 0;
  batch->units = 0;
  if (!frame) return nullptr;
  return Py_BuildValue("(NK)", frame.release(), static_cast<unsigned long long>(units));
}

PyObject* batch_units(PyObject* self, void*) {
  return PyLong_FromUnsignedLongLong(batch_of(self).units);
}

PyMethodDef methods[] = {
    {"add", batch_add, METH_O, nullptr},
    {"fill", fill<next_of>, METH_VARARGS, nullptr},
    {"fill_async", fill<anext_of>, METH_VARARGS, nullptr},
    {"take", batch_take, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"units", batch_units, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(batch_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(batch_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.ItemBatch", sizeof(BatchObject), 0, Py_TPFLAGS_DEFAULT,
                    slots};

}  // namespace

PyObject* make_item_batch_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
