// A method that threads of the host's call themselves: what direct_target.h has of each. Needs the
// GIL.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "py_ref.h"
#include "schema_program.h"

namespace ringsnake::python {

// Borrows what it was made of.
struct DirectMethod {
  PyObject* handler = nullptr;  // null: not to be called so
  PyObject* method = nullptr;   // as Python knows it
  Program arguments{};
  std::optional<std::size_t> count;  // of arguments, where that is known
  Program result{};
  bool is_void = false;
  bool may_refer = false;  // its result, to data
};

// By interface and method.
class DirectMethods {
 public:
  // Of tuples of (handler, method, arguments, result), or None. False with an exception set.
  bool read(PyObject* interfaces);
  // Null: there is none.
  const DirectMethod* find(std::uint32_t interface_index, std::uint32_t method_index) const {
    if (interface_index >= interfaces_.size()) return nullptr;
    const auto& methods = interfaces_[interface_index];
    if (method_index >= methods.size()) return nullptr;
    const DirectMethod& found = methods[method_index];
    return found.handler == nullptr ? nullptr : &found;
  }

 private:
  std::vector<std::vector<DirectMethod>> interfaces_;
};

// What a handler is called with. Owns it.
class DirectArguments {
 public:
  DirectArguments() = default;
  DirectArguments(const DirectArguments&) = delete;
  DirectArguments& operator=(const DirectArguments&) = delete;
  ~DirectArguments() {
    for (PyObject* const item : std::span(items_).subspan(1, count_)) Py_DECREF(item);
  }

  // False with an exception set.
  bool read(const DirectMethod& method, std::span<const std::byte> bytes, HostObjects& hosts,
            const DecodeOptions& options);
  // New reference, or null with an exception set.
  PyObject* call(PyObject* handler);

 private:
  static constexpr std::size_t kMost = 8;

  std::array<PyObject*, 1 + kMost> items_;  // the first place is for calling methods
  std::size_t count_ = 0;
  Ref list_;  // what they are where they are more, or nobody knows how many
};

}  // namespace ringsnake::python
