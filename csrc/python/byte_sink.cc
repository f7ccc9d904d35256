#include "byte_sink.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace ringsnake::python {

namespace {
constexpr std::size_t kFirstRoom = 512;
}

ByteSink::~ByteSink() {
  if (!in_place()) PyMem_Free(data_);
}

std::byte* ByteSink::reserve_elsewhere(std::size_t count) {
  if (count > PTRDIFF_MAX - size_) {
    PyErr_NoMemory();
    return nullptr;
  }
  const std::size_t needed = size_ + count;
  const std::size_t room = std::max({needed, 2 * size_, kFirstRoom});
  // Room of its own may be grown; lent room is left behind.
  void* const moved = PyMem_Realloc(in_place() ? nullptr : data_, room);
  if (moved == nullptr) {
    PyErr_NoMemory();
    return nullptr;
  }
  if (in_place() && size_ != 0) std::memcpy(moved, data_, size_);
  data_ = static_cast<std::byte*>(moved);
  room_ = room;
  std::byte* const at = data_ + size_;
  size_ = needed;
  return at;
}

}  // namespace ringsnake::python
