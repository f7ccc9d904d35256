// The characters of a message in one piece: extension 18 of spec/wire/value.md.
// Twin: lib/wire/character-block.ts.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "../core/wire_constants.gen.h"
#include "byte_sink.h"

namespace ringsnake::python {

// Bytes of the extension before its value: the longest head, and the size of the value.
constexpr std::size_t kBlockMessageHead = 10;

// Collects the strings of a message until it ends. Threads and GIL as for ByteSink.
class BlockWriter {
 public:
  // `spare` must outlive it.
  explicit BlockWriter(SpareBuffer& spare) : sink_(first_.data(), first_.size(), &spare) {}

  // The next string, in well-formed UTF-8 of so many UTF-16 units. REQUIRES: no more of them than
  // wire::kBlockStringMax. False with MemoryError set.
  bool add(const char* utf8, std::size_t size, std::size_t units);

  // Finished blocks, for the end of the message. Valid as long as the writer.
  std::span<const std::byte> finish();

 private:
  static constexpr std::size_t kFirstRoom = 512;

  bool begin();
  bool widen();

  std::array<std::byte, kFirstRoom> first_;
  ByteSink sink_;
  std::size_t head_ = 0;   // where the open block begins
  std::size_t units_ = 0;  // of the open block; 0 when none is open
  bool wide_ = false;
};

// Gives the strings back, in their order.
class BlockReader {
 public:
  // Characters of one string as they lie in the message.
  struct Text {
    std::span<const std::byte> bytes;
    bool wide;
  };

  // Whether the message is one with its characters in blocks.
  bool active() const { return end_ != nullptr; }

  void open(std::span<const std::byte> blocks) {
    at_ = blocks.data();
    end_ = at_ + blocks.size();
  }

  // The next `units` characters; false if there are not as many. A string lies in one block.
  bool take(std::size_t units, Text* out) {
    if (units > left_ && !next(units)) return false;
    const std::size_t size = wide_ ? 2 * units : units;
    *out = {{from_, size}, wide_};
    from_ += size;
    left_ -= units;
    return true;
  }

  // Whether every character was taken.
  bool finished() const { return left_ == 0 && at_ == end_; }
  // Where the last block ends.
  const std::byte* end() const { return end_; }

 private:
  // Goes to the block behind, if the one before it was used up.
  bool next(std::size_t units);

  const std::byte* at_ = nullptr;  // [at_, end_): blocks that were not begun
  const std::byte* end_ = nullptr;
  const std::byte* from_ = nullptr;  // of the block that is being read
  std::size_t left_ = 0;
  bool wide_ = false;
};

}  // namespace ringsnake::python
