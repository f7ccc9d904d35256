// The bytes of a message that a caller gave: of `bytes` at once, of others by the buffer protocol.
// Needs the GIL. Refers to the caller's object, which must outlive it.
#pragma once

#include <Python.h>

#include <cstddef>
#include <span>

namespace ringsnake::python {

class MessageBytes {
 public:
  MessageBytes() = default;
  MessageBytes(const MessageBytes&) = delete;
  MessageBytes& operator=(const MessageBytes&) = delete;
  ~MessageBytes() {
    if (has_view_) PyBuffer_Release(&view_);
  }

  // Once. False with TypeError or BufferError set. May run Python code.
  bool read(PyObject* object) {
    if (Py_IS_TYPE(object, &PyBytes_Type)) {
      bytes_ = of_bytes(object);
      return true;
    }
    if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) != 0) return false;
    has_view_ = true;
    bytes_ = {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
    return true;
  }
  std::span<const std::byte> get() const { return bytes_; }

  // REQUIRES: `object` is of the very type `bytes`.
  static std::span<const std::byte> of_bytes(PyObject* object) {
    return {reinterpret_cast<const std::byte*>(PyBytes_AsString(object)),
            static_cast<std::size_t>(PyBytes_Size(object))};
  }

 private:
  std::span<const std::byte> bytes_;
  bool has_view_ = false;
  Py_buffer view_;
};

// A copy. New reference, or null with an exception set.
inline PyObject* to_bytes(std::span<const std::byte> bytes) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

}  // namespace ringsnake::python
