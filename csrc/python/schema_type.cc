#include "schema_type.h"

#include <new>

#include "host_objects.h"
#include "message_bytes.h"
#include "result_room.h"
#include "schema_program.h"

namespace ringsnake::python {
namespace {

struct SchemaObject {
  PyObject_HEAD Schema* schema;
};

struct ProgramObject {
  PyObject_HEAD PyObject* schema;
  std::uint32_t entry;
  bool in_block;
  PyObject* to_wire;
  PyObject* from_wire;
};

SchemaObject* as_schema(PyObject* self) { return reinterpret_cast<SchemaObject*>(self); }
ProgramObject* as_program(PyObject* self) { return reinterpret_cast<ProgramObject*>(self); }

PyObject* allocate(PyTypeObject* type) {
  return reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0);
}

void deallocate(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* schema_new(PyTypeObject* type, PyObject* args, PyObject*) {
  SchemaSource source{};
  if (PyArg_ParseTuple(args, "OOOOOOOOO", &source.records, &source.literals, &source.enums,
                       &source.patterns, &source.arrays, &source.maps, &source.tuples,
                       &source.unions, &source.aliases) == 0)
    return nullptr;
  Ref self(allocate(type));
  if (!self) return nullptr;
  Schema* const schema = new (std::nothrow) Schema;
  if (schema == nullptr) return PyErr_NoMemory();
  as_schema(self.get())->schema = schema;
  return schema->compile(source) ? self.release() : nullptr;
}

int schema_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  const Schema* const schema = as_schema(self)->schema;
  return schema == nullptr ? 0 : schema->traverse(visit, arg);
}

void schema_dealloc(PyObject* self) {
  PyObject_GC_UnTrack(self);
  delete as_schema(self)->schema;
  deallocate(self);
}

PyType_Slot schema_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(schema_new)},
    {Py_tp_traverse, reinterpret_cast<void*>(schema_traverse)},
    {Py_tp_dealloc, reinterpret_cast<void*>(schema_dealloc)},
    {0, nullptr},
};

PyType_Spec schema_spec = {"ringsnake._native.Schema", sizeof(SchemaObject), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, schema_slots};

PyObject* program_new(PyTypeObject* type, PyObject* args, PyObject*) {
  PyObject* schema = nullptr;
  PyObject* code = nullptr;
  PyObject* to_wire = nullptr;
  PyObject* from_wire = nullptr;
  if (PyArg_ParseTuple(args, "OOOO", &schema, &code, &to_wire, &from_wire) == 0) return nullptr;
  if (PyType_GetSlot(Py_TYPE(schema), Py_tp_dealloc) != reinterpret_cast<void*>(schema_dealloc)) {
    PyErr_SetString(PyExc_TypeError, "a program needs a Schema");
    return nullptr;
  }
  const Py_ssize_t entry = as_schema(schema)->schema->add(code);
  PyObject* const self = entry < 0 ? nullptr : allocate(type);
  if (self == nullptr) return nullptr;
  ProgramObject* const program = as_program(self);
  program->schema = Py_NewRef(schema);
  program->entry = static_cast<std::uint32_t>(entry);
  program->in_block = as_schema(schema)->schema->fills_block(program->entry);
  program->to_wire = Py_NewRef(to_wire);
  program->from_wire = Py_NewRef(from_wire);
  return self;
}

int program_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_program(self)->schema);
  Py_VISIT(as_program(self)->to_wire);
  Py_VISIT(as_program(self)->from_wire);
  return 0;
}

// The schema stays, so that a program works as long as it can be reached: no cycle needs it broken
// here.
int program_clear(PyObject* self) {
  Py_CLEAR(as_program(self)->to_wire);
  Py_CLEAR(as_program(self)->from_wire);
  return 0;
}

void program_dealloc(PyObject* self) {
  PyObject_GC_UnTrack(self);
  program_clear(self);
  Py_CLEAR(as_program(self)->schema);
  deallocate(self);
}

HostObjects& hosts_of(PyObject* self) {
  return *static_cast<HostObjects*>(PyType_GetModuleState(Py_TYPE(self)));
}

// REQUIRES: of this type.
Program program_of(PyObject* self) {
  const ProgramObject* const program = as_program(self);
  return {as_schema(program->schema)->schema, program->entry, program->in_block, program->to_wire,
          program->from_wire};
}

PyObject* program_encode(PyObject* self, PyObject* value) {
  HostObjects& hosts = hosts_of(self);
  ResultRoom room(value);
  ByteSink sink(room.get().data(), room.get().size(), &hosts.spare());
  if (!encode_declared(sink, value, hosts, program_of(self))) return nullptr;
  return room.finish(sink.written(), sink.in_place());
}

PyObject* program_decode(PyObject* self, PyObject* data) {
  MessageBytes bytes;
  return bytes.read(data) ? decode_declared(bytes.get(), hosts_of(self), program_of(self))
                          : nullptr;
}

PyMethodDef program_methods[] = {
    {"encode", program_encode, METH_O, nullptr},
    {"decode", program_decode, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot program_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(program_new)},
    {Py_tp_traverse, reinterpret_cast<void*>(program_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(program_clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(program_dealloc)},
    {Py_tp_methods, program_methods},
    {0, nullptr},
};

PyType_Spec program_spec = {"ringsnake._native.Program", sizeof(ProgramObject), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, program_slots};

}  // namespace

bool read_program(PyObject* object, Program* out) {
  if (PyType_GetSlot(Py_TYPE(object), Py_tp_dealloc) != reinterpret_cast<void*>(program_dealloc)) {
    PyErr_SetString(PyExc_TypeError, "not a Program");
    return false;
  }
  *out = program_of(object);
  return true;
}

PyObject* make_schema_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &schema_spec, nullptr);
}

PyObject* make_program_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &program_spec, nullptr);
}

}  // namespace ringsnake::python
