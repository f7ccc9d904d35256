#include "character_block.h"

#include <cstring>

#include "msgpack.h"
#include "utf8_units.h"

namespace ringsnake::python {

bool BlockWriter::begin() {
  if (units_ != 0) finish();
  head_ = sink_.size();
  units_ = 0;
  wide_ = false;
  return sink_.reserve(wire::kBlockHead) != nullptr;
}

bool BlockWriter::add(const char* utf8, std::size_t size, std::size_t units) {
  if (units == 0) return true;
  if ((units_ == 0 || units_ + units > wire::kBlockUnitsMax) && !begin()) return false;
  const bool is_ascii = size == units;
  if (!wide_ && !is_ascii && !is_latin1(utf8, size) && !widen()) return false;
  std::byte* const to = sink_.reserve(wide_ ? 2 * units : units);
  if (to == nullptr) return false;
  if (wide_) {
    store_utf16(to, utf8, size);
  } else if (is_ascii) {
    std::memcpy(to, utf8, size);
  } else {
    store_latin1(to, utf8, size);
  }
  units_ += units;
  return true;
}

// One character above U+00FF makes the block wide.
bool BlockWriter::widen() {
  if (sink_.reserve(units_) == nullptr) return false;
  std::byte* const characters = sink_.from(head_ + wire::kBlockHead);
  for (std::size_t i = units_; i-- > 0;) {
    characters[2 * i + 1] = std::byte{0};
    characters[2 * i] = characters[i];
  }
  wide_ = true;
  return true;
}

std::span<const std::byte> BlockWriter::finish() {
  if (units_ != 0) {
    const auto head = static_cast<std::uint32_t>(units_) | (wide_ ? wire::kBlockWide : 0U);
    store_little_endian(sink_.from(head_), head);
  }
  units_ = 0;
  return sink_.written();
}

bool BlockReader::next(std::size_t units) {
  const auto room = static_cast<std::size_t>(end_ - at_);
  if (left_ != 0 || room < wire::kBlockHead) return false;
  const auto head = load_little_endian<std::uint32_t>(at_);
  const bool wide = (head & wire::kBlockWide) != 0;
  const std::size_t length = head & ~wire::kBlockWide;
  const std::size_t size = wide ? 2 * length : length;
  if (length == 0 || length > wire::kBlockUnitsMax || size > room - wire::kBlockHead) return false;
  from_ = at_ + wire::kBlockHead;
  at_ = from_ + size;
  left_ = length;
  wide_ = wide;
  return units <= length;
}

}  // namespace ringsnake::python
