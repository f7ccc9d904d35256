#include "host_objects.h"

#include <utility>

#include "py_ref.h"

namespace ringsnake::python {
namespace {

// Where each stands, in the order of Host. One without a module is the text itself.
struct Address {
  const char* module;
  const char* name;
};
constexpr Address kAddresses[] = {
    {"ringsnake._wire.unset", "UNSET"},
    {"ringsnake._wire.url", "Url"},
    {"ringsnake._wire.any_map", "Map"},
    {"ringsnake._wire.timestamp", "Timestamp"},
    {"ringsnake._wire.ndarray", "NdArray"},
    {"ringsnake._wire.references", "ObjectReference"},
    {"ringsnake._wire.references", "StreamReference"},
    {"ringsnake._wire.times", "EPOCH"},
    {"ringsnake._wire.times", "EPOCH_UTC"},
    {"ringsnake._wire.times", "zoned_parts"},
    {"ringsnake._wire.times", "make_zoned"},
    {"ringsnake._wire.times", "time_offset"},
    {"ringsnake._wire.times", "exact_datetime"},
    {"ringsnake._wire.decimals", "decimal_text"},
    {"ringsnake._wire.decimals", "make_decimal"},
    {"ringsnake._wire.ndarray", "ndarray_parts"},
    {"ringsnake._wire.ndarray", "make_ndarray"},
    {"ringsnake._wire.ndarray", "make_numpy"},
    {"ringsnake._wire.remote_details", "error_parts"},
    {"ringsnake._wire.remote_details", "make_error"},
    {"ringsnake._wire.type_registry", "dataclass_fields"},
    {"ringsnake._wire.declared", "pattern_to_wire"},
    {"ringsnake._wire.declared", "pattern_from_wire"},
    {"datetime", "datetime"},
    {"datetime", "date"},
    {"datetime", "time"},
    {"datetime", "timedelta"},
    {"datetime", "timezone"},
    {"datetime", "UTC"},
    {"datetime", "datetime_CAPI"},
    {"decimal", "Decimal"},
    {"uuid", "UUID"},
    {"numpy", "ndarray"},
    {"builtins", "str.isascii"},
    {nullptr, "days"},
    {nullptr, "seconds"},
    {nullptr, "microseconds"},
    {nullptr, "nanoseconds"},
    {nullptr, "tzinfo"},
    {nullptr, "fold"},
    {nullptr, "hour"},
    {nullptr, "minute"},
    {nullptr, "second"},
    {nullptr, "microsecond"},
    {nullptr, "bytes"},
    {nullptr, "__dataclass_fields__"},
    {nullptr, "dtype"},
    {nullptr, "mask"},
    {nullptr, "_writers"},
    {nullptr, "_readers"},
    {nullptr, "number"},
    {nullptr, "owner"},
};
static_assert(std::size(kAddresses) == static_cast<std::size_t>(Host::kCount));

// Kinds that are told by a class that may not be loaded, in the order in which they are asked.
constexpr std::pair<Host, Kind> kLate[] = {
    {Host::kUnset, Kind::kUnset},
    {Host::kDatetime, Kind::kDatetime},
    {Host::kDate, Kind::kDate},
    {Host::kTime, Kind::kTime},
    {Host::kTimedelta, Kind::kTimedelta},
    {Host::kTimestamp, Kind::kTimestamp},
    {Host::kNdArray, Kind::kNdArray},
    {Host::kDecimal, Kind::kDecimal},
    {Host::kUuid, Kind::kUuid},
    {Host::kNumpyArray, Kind::kNumpyArray},
    {Host::kObjectReference, Kind::kObjectReference},
    {Host::kStreamReference, Kind::kStreamReference},
};

// Kinds of Python's own classes, by the flag that their subclasses have.
constexpr std::pair<unsigned long, Kind> kFlagged[] = {
    {Py_TPFLAGS_LONG_SUBCLASS, Kind::kInt},       {Py_TPFLAGS_UNICODE_SUBCLASS, Kind::kText},
    {Py_TPFLAGS_LIST_SUBCLASS, Kind::kList},      {Py_TPFLAGS_TUPLE_SUBCLASS, Kind::kTuple},
    {Py_TPFLAGS_DICT_SUBCLASS, Kind::kDict},      {Py_TPFLAGS_BYTES_SUBCLASS, Kind::kBytes},
    {Py_TPFLAGS_BASE_EXC_SUBCLASS, Kind::kError},
};

bool is_subtype(PyTypeObject* type, PyObject* of) {
  return PyType_Check(of) && PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(of)) != 0;
}

}  // namespace

PyObject* HostObjects::find(Host which, MayImport may_import) {
  const Address& address = kAddresses[static_cast<std::size_t>(which)];
  PyObject*& place = objects_[static_cast<std::size_t>(which)];
  if (which == Host::kStrIsascii) {
    place = PyObject_GetAttrString(reinterpret_cast<PyObject*>(&PyUnicode_Type), "isascii");
    return place;
  }
  if (address.module == nullptr) {
    place = PyUnicode_InternFromString(address.name);
    return place;
  }
  const Ref name(PyUnicode_FromString(address.module));
  if (!name) return nullptr;
  Ref module(PyImport_GetModule(name.get()));
  if (!module && PyErr_Occurred() == nullptr && may_import == MayImport::kYes) {
    module = Ref(PyImport_Import(name.get()));
  }
  if (!module) return nullptr;
  PyObject* const found = PyObject_GetAttrString(module.get(), address.name);
  if (found == nullptr && may_import == MayImport::kNo &&
      PyErr_ExceptionMatches(PyExc_AttributeError) != 0) {
    PyErr_Clear();  // its module is being imported just now
  }
  // The import may have come here, too.
  if (place == nullptr) {
    place = found;
  } else {
    Py_XDECREF(found);
  }
  return place;
}

bool HostObjects::classify(PyTypeObject* type, Seen& seen, Kind* out) {
  *out = Kind::kOther;
  const unsigned long flags = PyType_GetFlags(type);
  PyObject* url = nullptr;
  PyObject* map = nullptr;
  if ((flags & Py_TPFLAGS_UNICODE_SUBCLASS) != 0) url = get_if_loaded(Host::kUrl);
  if ((flags & Py_TPFLAGS_DICT_SUBCLASS) != 0) map = get_if_loaded(Host::kMap);
  if (url != nullptr && is_subtype(type, url)) {
    *out = Kind::kUrl;
  } else if (map != nullptr && is_subtype(type, map)) {
    *out = Kind::kMap;
  } else {
    for (const auto& [flag, kind] : kFlagged) {
      if (*out == Kind::kOther && (flags & flag) != 0) *out = kind;
    }
  }
  if (*out == Kind::kOther) {
    if (PyType_IsSubtype(type, &PyFloat_Type) != 0) {
      *out = Kind::kFloat;
    } else if (PyType_IsSubtype(type, &PySet_Type) != 0 ||
               PyType_IsSubtype(type, &PyFrozenSet_Type) != 0) {
      *out = Kind::kSet;
    } else if (PyType_IsSubtype(type, &PyByteArray_Type) != 0) {
      *out = Kind::kByteArray;
    }
  }
  for (const auto& [host, kind] : kLate) {
    if (*out != Kind::kOther) break;
    PyObject* const known = get_if_loaded(host);
    if (known == nullptr) continue;
    const bool fits = host == Host::kUnset ? type == Py_TYPE(known) : is_subtype(type, known);
    if (fits) *out = kind;
  }
  if (PyErr_Occurred() != nullptr) return false;
  if (*out == Kind::kOther) {
    PyObject* const fields = get(Host::kNameDataclassFields);
    if (fields == nullptr) return false;
    if (PyObject_HasAttr(reinterpret_cast<PyObject*>(type), fields) != 0) *out = Kind::kDataclass;
  }
  PyObject* const former = std::exchange(seen.type, Py_NewRef(reinterpret_cast<PyObject*>(type)));
  seen.kind = *out;
  Py_XDECREF(former);
  return true;
}

int HostObjects::traverse(visitproc visit, void* arg) {
  for (PyObject* const object : objects_) Py_VISIT(object);
  for (const Seen& seen : seen_) Py_VISIT(seen.type);
  return keys_.traverse(visit, arg);
}

void HostObjects::clear() {
  for (PyObject*& object : objects_) Py_CLEAR(object);
  for (Seen& seen : seen_) Py_CLEAR(seen.type);
  keys_.clear();
  spare_.clear();
  characters_.clear();
}

}  // namespace ringsnake::python
