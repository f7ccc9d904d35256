// Bytes of a message that nobody else can write to. A message lies in memory that is shared with
// its sender, and CPython reads text twice: first to see how long it will be and of which kind,
// then to copy it. If it changes in between, the str is not what it says it is, or ends beyond its
// memory.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <span>

namespace ringsnake::python {

class PrivateCopy {
 public:
  // `after`: bytes that can be read behind these.
  explicit PrivateCopy(std::span<const std::byte> bytes, std::size_t after = 0)
      : size_(bytes.size()) {
    if (size_ <= kQuick && size_ + after >= kQuick) {
      std::memcpy(here_.data(), bytes.data(), kQuick);  // of a size that is known, hence quick
      return;
    }
    if (size_ > here_.size()) {
      data_ = elsewhere_ = static_cast<std::byte*>(PyMem_Malloc(size_));
      if (data_ == nullptr) {
        PyErr_NoMemory();
        return;
      }
    }
    if (size_ != 0) std::memcpy(data_, bytes.data(), size_);
  }
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  ~PrivateCopy() { PyMem_Free(elsewhere_); }

  // False with MemoryError set.
  explicit operator bool() const { return data_ != nullptr; }
  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  static constexpr std::size_t kQuick = 32;

  // Enough for almost every text, so that the heap is not asked. Not cleared first.
  std::array<std::byte, 2048> here_;
  std::byte* data_ = here_.data();
  std::byte* elsewhere_ = nullptr;
  std::size_t size_;
};

}  // namespace ringsnake::python
