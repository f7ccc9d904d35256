// How many frames of each kind went one way, and their bytes. Values. Threads: the side's own.
// Twin: lib/channel/frame-counts.ts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "py_compat.h"
#include "py_ref.h"

namespace ringsnake::python {

class FrameCounts {
 public:
  void add(std::uint8_t kind, std::size_t bytes) {
    if (kind >= counts_.size()) return;
    ++counts_[kind].frames;
    counts_[kind].bytes += bytes;
  }

  // {kind: (frames, bytes)}, without kinds of which there were none. Null with an exception set.
  PyObject* to_dict() const {
    Ref dict(PyDict_New());
    for (std::size_t kind = 0; dict && kind < counts_.size(); ++kind) {
      const auto& [frames, bytes] = counts_[kind];
      if (frames == 0) continue;
      const Ref key(PyLong_FromSize_t(kind));
      const Ref value(Py_BuildValue("(KK)", frames, bytes));
      if (!key || !value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return nullptr;
    }
    return dict.release();
  }

 private:
  struct Count {
    unsigned long long frames = 0;
    unsigned long long bytes = 0;
  };
  std::array<Count, 64> counts_{};  // larger than every kind
};

}  // namespace ringsnake::python
