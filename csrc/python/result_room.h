// Where a message is written that is to be `bytes`, and how these are made of it. Needs the GIL.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <span>

#include "py_fast.h"
#include "py_ref.h"

namespace ringsnake::python {

#ifdef Py_LIMITED_API

class ResultRoom {
 public:
  explicit ResultRoom(PyObject*) {}

  std::span<std::byte> get() { return room_; }
  // New reference, or nullptr with an exception set. Once. REQUIRES: `written` lies in the room if
  // `in_place`.
  PyObject* finish(std::span<const std::byte> written, bool) {
    return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(written.data()),
                                     static_cast<Py_ssize_t>(written.size()));
  }

 private:
  // Enough for most messages. Not initialised.
  std::array<std::byte, 1536> room_;
};

#else

// The room is that of the `bytes` themselves, as long as a guess at their size holds.
class ResultRoom {
 public:
  explicit ResultRoom(PyObject* value) : bytes_(make(guess(value))) {}

  std::span<std::byte> get() {
    if (!bytes_) return {};
    return {reinterpret_cast<std::byte*>(PyBytes_AS_STRING(bytes_.get())),
            static_cast<std::size_t>(PyBytes_GET_SIZE(bytes_.get()))};
  }
  PyObject* finish(std::span<const std::byte> written, bool in_place) {
    const std::size_t size = written.size();
    // What is left over stays with them, unless it is more than they are.
    if (!in_place || !bytes_ || get().size() > 2 * size + kFew) {
      return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(written.data()),
                                       static_cast<Py_ssize_t>(size));
    }
    PyObject* const bytes = bytes_.release();
    Py_SET_SIZE(reinterpret_cast<PyVarObject*>(bytes), static_cast<Py_ssize_t>(size));
    PyBytes_AS_STRING(bytes)[size] = '\0';
    return bytes;
  }

 private:
  static constexpr std::size_t kFew = 64;
  static constexpr std::size_t kAtom = 16;
  static constexpr std::size_t kObject = 192;
  // Where CPython's allocator of small objects ends.
  static constexpr std::size_t kSmall = 512 - sizeof(PyBytesObject);

  // In bytes; 0 for what is better written elsewhere first.
  static std::size_t guess(PyObject* value) {
    constexpr std::size_t kHead = 6;
    const PyTypeObject* const type = Py_TYPE(value);
    if (type == &PyUnicode_Type) {
      const auto kind = static_cast<std::size_t>(is_ready(value) ? PyUnicode_KIND(value) : 0);
      return kHead + kind * static_cast<std::size_t>(PyUnicode_GET_LENGTH(value));
    }
    if (type == &PyBytes_Type) return kHead + static_cast<std::size_t>(PyBytes_GET_SIZE(value));
    // Of any other class, most are small objects, and not many bytes.
    const bool is_atom = type == &PyLong_Type || type == &PyFloat_Type || type == &PyBool_Type;
    std::size_t size = is_atom || value == Py_None ? kAtom : kObject;
    if (type == &PyList_Type) size = kHead + 9 * static_cast<std::size_t>(PyList_GET_SIZE(value));
    if (type == &PyDict_Type) size = kHead + 24 * static_cast<std::size_t>(PyDict_GET_SIZE(value));
    return size <= kSmall ? size : 0;
  }
  static Ref make(std::size_t size) {
    Ref bytes(size == 0 ? nullptr
                        : PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(size)));
    // A larger guess than there is memory is no error.
    if (!bytes) PyErr_Clear();
    return bytes;
  }

  Ref bytes_;
};

#endif

}  // namespace ringsnake::python
