// Messages with their characters in blocks: extension 18.
#include <algorithm>

#include "decoder.h"

namespace ringsnake::python {

void Decoder::open_block() {
  if (left() == 0) return;
  const auto tag = static_cast<std::uint8_t>(*at_);
  if (tag < kExt8 || tag > kExt32) return;
  const std::size_t width = std::size_t{1} << (tag - kExt8);
  const std::size_t head = 1 + width + 1;
  constexpr std::size_t kValueSize = sizeof(std::uint32_t);
  if (left() < head + kValueSize) return;
  if (at_[head - 1] != static_cast<std::byte>(wire::kExtBlock)) return;
  std::size_t size = 0;
  for (std::size_t i = 1; i <= width; ++i) size = size << 8 | std::to_integer<std::size_t>(at_[i]);
  const std::size_t value = load_little_endian<std::uint32_t>(at_ + head);
  if (size > left() - head || size < kValueSize || value > size - kValueSize) return;
  const std::byte* const from = at_ + head + kValueSize;
  message_end_ = end_;
  block_.open({from + value, size - kValueSize - value});
  at_ = from;
  end_ = from + value;
  depth_ = 1;
}

bool Decoder::finish_block() {
  if (!block_.finished()) {
    malformed_ext({0, static_cast<int>(wire::kExtBlock), begin_, {}});
    return false;
  }
  return block_.end() == message_end_ || more_bytes(block_.end());
}

PyObject* Decoder::read_block_text(std::size_t units) {
  BlockReader::Text text{};
  if (!block_.take(units, &text))
    return malformed_ext({0, static_cast<int>(wire::kExtBlock), origin_, {}});
  if (text.wide) {
    int little_endian = -1;
    return PyUnicode_DecodeUTF16(reinterpret_cast<const char*>(text.bytes.data()),
                                 static_cast<Py_ssize_t>(text.bytes.size()), "surrogatepass",
                                 &little_endian);
  }
  return PyUnicode_DecodeLatin1(reinterpret_cast<const char*>(text.bytes.data()),
                                static_cast<Py_ssize_t>(text.bytes.size()), nullptr);
}

}  // namespace ringsnake::python
