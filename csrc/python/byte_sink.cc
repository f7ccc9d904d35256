#include "byte_sink.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ringsnake::python {

namespace {
constexpr std::size_t kFirstRoom = 512;
}

ByteSink::~ByteSink() {
  if (in_place()) return;
  if (spare_ != nullptr && spare_->data_ == nullptr && room_ <= SpareBuffer::kKept) {
    spare_->data_ = data_;
    spare_->room_ = room_;
  } else {
    PyMem_Free(data_);
  }
}

std::byte* ByteSink::reserve_elsewhere(std::size_t count) {
  if (count > PTRDIFF_MAX - size_) {
    PyErr_NoMemory();
    return nullptr;
  }
  const std::size_t needed = size_ + count;
  const std::size_t room = std::max({needed, 2 * size_, kFirstRoom});
  std::byte* own = in_place() ? nullptr : data_;
  std::size_t own_room = in_place() ? 0 : room_;
  if (own == nullptr && spare_ != nullptr) {
    own = std::exchange(spare_->data_, nullptr);
    own_room = std::exchange(spare_->room_, 0);
  }
  if (own_room < room) {
    auto* const grown = static_cast<std::byte*>(PyMem_Realloc(own, room));
    if (grown == nullptr) {
      if (in_place()) PyMem_Free(own);
      PyErr_NoMemory();
      return nullptr;
    }
    own = grown;
    own_room = room;
  }
  // Room of its own was grown with its bytes; lent room is left behind.
  if (in_place() && size_ != 0) std::memcpy(own, data_, size_);
  data_ = own;
  room_ = own_room;
  std::byte* const at = data_ + size_;
  size_ = needed;
  return at;
}

}  // namespace ringsnake::python
