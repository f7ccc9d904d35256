#include "byte_sink.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace ringsnake::python {

namespace {
constexpr std::size_t kFirstRoom = 512;
}

void ByteSink::give_up() {
  const auto room = static_cast<std::size_t>(end_ - data_);
  if (spare_ != nullptr && spare_->data_ == nullptr && room <= SpareBuffer::kKept) {
    spare_->data_ = data_;
    spare_->room_ = room;
  } else {
    PyMem_Free(data_);
  }
}

std::byte* ByteSink::reserve_elsewhere(std::size_t count) {
  const std::size_t written = size();
  if (count > PTRDIFF_MAX - written) {
    PyErr_NoMemory();
    return nullptr;
  }
  const std::size_t needed = written + count;
  const std::size_t room = std::max({needed, 2 * written, kFirstRoom});
  std::byte* own = in_place() ? nullptr : data_;
  std::size_t own_room = in_place() ? 0 : static_cast<std::size_t>(end_ - data_);
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
  if (in_place() && written != 0) std::memcpy(own, data_, written);
  data_ = own;
  at_ = own + needed;
  end_ = own + own_room;
  return own + written;
}

}  // namespace ringsnake::python
