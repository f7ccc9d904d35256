// What the value codec needs of Python: classes, functions and names, looked up once for each
// interpreter. No name from the wire ever comes here. Threads: those that hold the GIL.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "byte_sink.h"
#include "key_cache.h"

namespace ringsnake::python {

enum class Host : std::uint8_t {
  // Classes of ours and constants.
  kUnset,
  kUrl,
  kMap,
  kTimestamp,
  kNdArray,
  kObjectReference,
  kStreamReference,
  kEpoch,
  kEpochUtc,
  // Functions of ours.
  kZonedParts,
  kMakeZoned,
  kTimeOffset,
  kExactDatetime,
  kDecimalText,
  kMakeDecimal,
  kNdarrayParts,
  kMakeNdarray,
  kMakeNumpy,
  kErrorParts,
  kMakeError,
  kDataclassFields,
  kPatternToWire,
  kPatternFromWire,
  // The standard library's and numpy's.
  kDatetime,
  kDate,
  kTime,
  kTimedelta,
  kTimezone,
  kUtc,
  kDatetimeApi,
  kDecimal,
  kUuid,
  kNumpyArray,
  kStrIsascii,
  // Interned names.
  kNameDays,
  kNameSeconds,
  kNameMicroseconds,
  kNameNanoseconds,
  kNameTzinfo,
  kNameFold,
  kNameHour,
  kNameMinute,
  kNameSecond,
  kNameMicrosecond,
  kNameBytes,
  kNameDataclassFields,
  kNameDtype,
  kNameMask,
  kNameWriters,
  kNameReaders,
  kNameNumber,
  kNameOwner,
  kCount,
};

// How a class is written. In the order in which a class is asked: the first that fits.
enum class Kind : std::uint8_t {
  kUrl,
  kMap,
  kInt,
  kFloat,
  kText,
  kList,
  kTuple,
  kDict,
  kBytes,
  kByteArray,
  kSet,
  kError,
  kUnset,
  kDatetime,
  kDate,
  kTime,
  kTimedelta,
  kTimestamp,
  kNdArray,
  kDecimal,
  kUuid,
  kNumpyArray,
  kObjectReference,
  kStreamReference,
  kDataclass,
  kOther,
};

// The state of the extension module. All zero at first, as the interpreter makes it.
class HostObjects {
 public:
  // Borrowed; nullptr with an exception set. Imports what is not there yet.
  PyObject* get(Host which) {
    PyObject* const found = objects_[static_cast<std::size_t>(which)];
    return found != nullptr ? found : find(which, MayImport::kYes);
  }

  // Borrowed; nullptr with an exception set, or without one when nobody has imported its module,
  // so that no value can be of it.
  PyObject* get_if_loaded(Host which) {
    PyObject* const found = objects_[static_cast<std::size_t>(which)];
    return found != nullptr ? found : find(which, MayImport::kNo);
  }

  // False with an exception set.
  bool kind_of(PyTypeObject* type, Kind* out) {
    Seen& seen = seen_[(reinterpret_cast<std::uintptr_t>(type) / kTypeAlignment) % kSeen];
    if (seen.type == reinterpret_cast<PyObject*>(type)) {
      *out = seen.kind;
      return true;
    }
    return classify(type, seen, out);
  }

  KeyCache& keys() { return keys_; }
  // For the bytes of a message.
  SpareBuffer& spare() { return spare_; }
  // For the characters of a message.
  SpareBuffer& characters() { return characters_; }

  int traverse(visitproc visit, void* arg);
  void clear();

 private:
  enum class MayImport : std::uint8_t { kNo, kYes };
  // A class that was met, owned: a bounded number of them.
  struct Seen {
    PyObject* type;
    Kind kind;
  };
  static constexpr std::size_t kSeen = 64;
  static constexpr std::uintptr_t kTypeAlignment = 16;

  PyObject* find(Host which, MayImport may_import);
  bool classify(PyTypeObject* type, Seen& seen, Kind* out);

  std::array<PyObject*, static_cast<std::size_t>(Host::kCount)> objects_;  // owned, or null
  std::array<Seen, kSeen> seen_;
  KeyCache keys_;
  SpareBuffer spare_;
  SpareBuffer characters_;
};

// Of the extension module.
inline HostObjects* host_objects(PyObject* module) {
  return static_cast<HostObjects*>(PyModule_GetState(module));
}

}  // namespace ringsnake::python
