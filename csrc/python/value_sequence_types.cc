#include "value_sequence_types.h"

#include <new>

#include "byte_sink.h"
#include "host_objects.h"
#include "result_room.h"
#include "shape_tables.h"
#include "value_decoder.h"
#include "value_encoder.h"
#include "value_options.h"

namespace ringsnake::python {
namespace {

struct EncoderState {
  SentShapes shapes;
  SpareBuffer spare;
  EncodeOptions options;
  Ref writers;
  bool busy = false;
};

struct DecoderState {
  ReceivedShapes shapes;
  DecodeOptions options;
  Ref readers;
};

template <typename State>
struct SequenceObject {
  PyObject_HEAD State* state;
};

template <typename State>
State*& state_of(PyObject* self) {
  return reinterpret_cast<SequenceObject<State>*>(self)->state;
}

template <typename State>
Ref allocate(PyTypeObject* type) {
  Ref self(reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0));
  if (!self) return self;
  state_of<State>(self.get()) = new (std::nothrow) State;
  if (state_of<State>(self.get()) != nullptr) return self;
  PyErr_NoMemory();
  return Ref();
}

template <typename State>
void deallocate(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  delete state_of<State>(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

HostObjects& hosts_of(PyObject* self) {
  return *static_cast<HostObjects*>(PyType_GetModuleState(Py_TYPE(self)));
}

// Names of parameters as CPython wants them.
char* name(const char* text) { return const_cast<char*>(text); }

PyObject* encoder_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  Parameter identity{"identity"};
  Parameter tuples{"tuples"};
  Parameter types{"types"};
  char* names[] = {name(identity.name), name(tuples.name), name(types.name), nullptr};
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|$OOO:ValueEncoder", names, &identity.value,
                                  &tuples.value, &types.value) == 0)
    return nullptr;
  Ref self = allocate<EncoderState>(type);
  if (!self) return nullptr;
  EncoderState& state = *state_of<EncoderState>(self.get());
  auto* const hosts = static_cast<HostObjects*>(PyType_GetModuleState(type));
  const bool read =
      read_flag(identity, &state.options.identity) && read_flag(tuples, &state.options.tuples) &&
      read_types(types, hosts->get(Host::kNameWriters), &state.writers, &state.options.writers);
  if (!read) return nullptr;
  if (!state.options.identity) state.options.shapes = &state.shapes;
  return self.release();
}

PyObject* encode_one(PyObject* value, HostObjects& hosts, const EncodeOptions& options,
                     SpareBuffer* spare) {
  ResultRoom room(value);
  ByteSink sink(room.get().data(), room.get().size(), spare);
  if (!encode_value(sink, value, hosts, options)) return nullptr;
  return room.finish(sink.written(), sink.in_place());
}

PyObject* encoder_encode(PyObject* self, PyObject* value) {
  EncoderState& state = *state_of<EncoderState>(self);
  if (state.busy) {
    // Called by an object that is being encoded, it makes a message that comes before or after that
    // one.
    EncodeOptions options = state.options;
    options.shapes = nullptr;
    return encode_one(value, hosts_of(self), options, nullptr);
  }
  state.shapes.begin();
  state.busy = true;
  // What is being encoded may drop the last other reference.
  const Ref kept(Py_NewRef(self));
  PyObject* const message = encode_one(value, hosts_of(self), state.options, &state.spare);
  state.busy = false;
  if (message == nullptr) state.shapes.rollback();
  return message;
}

PyObject* encoder_rollback(PyObject* self, PyObject*) {
  EncoderState& state = *state_of<EncoderState>(self);
  if (!state.busy) state.shapes.rollback();
  Py_RETURN_NONE;
}

int encoder_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  const EncoderState* const state = state_of<EncoderState>(self);
  if (state != nullptr) Py_VISIT(state->writers.get());
  return 0;
}

PyObject* decoder_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  Parameter arrays{"arrays"};
  Parameter types{"types"};
  char* names[] = {name(arrays.name), name(types.name), nullptr};
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|$OO:ValueDecoder", names, &arrays.value,
                                  &types.value) == 0)
    return nullptr;
  Ref self = allocate<DecoderState>(type);
  if (!self) return nullptr;
  DecoderState& state = *state_of<DecoderState>(self.get());
  auto* const hosts = static_cast<HostObjects*>(PyType_GetModuleState(type));
  const bool read =
      read_arrays(arrays, &state.options.numpy) &&
      read_types(types, hosts->get(Host::kNameReaders), &state.readers, &state.options.readers);
  if (!read) return nullptr;
  state.options.shapes = &state.shapes;
  return self.release();
}

PyObject* decoder_decode(PyObject* self, PyObject* data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) != 0) return nullptr;
  const Ref kept(Py_NewRef(self));
  PyObject* const value =
      decode_value({static_cast<const std::byte*>(view.buf), static_cast<std::size_t>(view.len)},
                   hosts_of(self), state_of<DecoderState>(self)->options);
  PyBuffer_Release(&view);
  return value;
}

int decoder_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  const DecoderState* const state = state_of<DecoderState>(self);
  if (state != nullptr) Py_VISIT(state->readers.get());
  return 0;
}

const char kEncoderDocumentation[] =
    "ValueEncoder(*, identity=False, tuples=False, types=None)\n--\n\n"
    "Values as messages of one sequence: dicts whose keys were met before are written without\n"
    "them. A ValueDecoder reads all of them, in the order in which they were made, and none may\n"
    "be missing. The parameters are those of encode(); with identity, keys are written each time.";

const char kDecoderDocumentation[] =
    "ValueDecoder(*, arrays='memoryview', types=None)\n--\n\n"
    "Reads the messages of one ValueEncoder, in their order. After a DecodeError later messages\n"
    "may refer to what is lost: they are then refused too, never read as something else.";

PyMethodDef encoder_methods[] = {
    {"encode", encoder_encode, METH_O,
     "encode($self, value, /)\n--\n\nThe next message. Raises EncodeError: that message does not "
     "count."},
    {"rollback", encoder_rollback, METH_NOARGS,
     "rollback($self, /)\n--\n\nThe last message will not be sent: takes back what later ones "
     "would have referred to in it."},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef decoder_methods[] = {
    {"decode", decoder_decode, METH_O,
     "decode($self, data, /)\n--\n\nThe value that these bytes, the next message, are. Raises "
     "DecodeError."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot encoder_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(encoder_new)},
    {Py_tp_traverse, reinterpret_cast<void*>(encoder_traverse)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<EncoderState>)},
    {Py_tp_methods, encoder_methods},
    {Py_tp_doc, const_cast<char*>(kEncoderDocumentation)},
    {0, nullptr},
};

PyType_Slot decoder_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(decoder_new)},
    {Py_tp_traverse, reinterpret_cast<void*>(decoder_traverse)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<DecoderState>)},
    {Py_tp_methods, decoder_methods},
    {Py_tp_doc, const_cast<char*>(kDecoderDocumentation)},
    {0, nullptr},
};

PyType_Spec encoder_spec = {"ringsnake._native.ValueEncoder", sizeof(SequenceObject<EncoderState>),
                            0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, encoder_slots};
PyType_Spec decoder_spec = {"ringsnake._native.ValueDecoder", sizeof(SequenceObject<DecoderState>),
                            0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, decoder_slots};

}  // namespace

PyObject* make_value_encoder_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &encoder_spec, nullptr);
}

PyObject* make_value_decoder_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &decoder_spec, nullptr);
}

}  // namespace ringsnake::python
