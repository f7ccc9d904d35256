// Messages with their characters in blocks: extension 18.
#include <algorithm>
#include <array>
#include <cstring>

#include "decoder.h"
#include "py_fast.h"

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
  return take_block_text(units, &text) ? make_block_text(text) : nullptr;
}

// One that comes again and again. REQUIRES: 1 to KeyCache::kLongest.
PyObject* Decoder::read_block_key(std::size_t units) {
  BlockReader::Text text{};
  if (!take_block_text(units, &text)) return nullptr;
  if (text.wide) return make_block_text(text);
  // A copy, because what is kept has to be what was decoded, whoever writes to the message.
  std::array<std::byte, KeyCache::kLongest> key{};
  std::memcpy(key.data(), text.bytes.data(), units);
  const Body bytes(key.data(), units);
  const bool is_ascii =
      std::ranges::all_of(bytes, [](std::byte each) { return each < std::byte{0x80}; });
  // What is kept is UTF-8, which only then these bytes are as well.
  if (!is_ascii) return make_latin1(bytes);
  PyObject* const known = hosts_.keys().find(bytes);
  if (known != nullptr) return Py_NewRef(known);
  PyObject* const made = make_text(bytes);
  if (made != nullptr) hosts_.keys().keep(made, bytes);
  return made;
}

bool Decoder::take_block_text(std::size_t units, BlockReader::Text* text) {
  if (block_.take(units, text)) return true;
  malformed_ext({0, static_cast<int>(wire::kExtBlock), origin_, {}});
  return false;
}

PyObject* Decoder::make_block_text(const BlockReader::Text& text) {
  if (text.wide) return make_utf16(text.bytes);
  PyObject* const ascii = text_from_ascii(text.bytes);
  return ascii != nullptr ? ascii : make_latin1(text.bytes);
}

}  // namespace ringsnake::python
