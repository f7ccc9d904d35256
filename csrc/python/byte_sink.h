// Where encoded bytes go: room lent by the caller (a claimed part of a ring), and a private heap
// buffer when that ends. Threads: one at a time, with the GIL. Owns the private buffer only; the
// lent room must outlive it.
#pragma once

#include <Python.h>

#include <cstddef>
#include <span>

namespace ringsnake::python {

// A private buffer kept from one sink to the next: fresh memory for each large message costs a page
// fault per 4 KiB, many times the copy itself. Threads and GIL as for ByteSink.
class SpareBuffer {
 public:
  SpareBuffer() = default;
  SpareBuffer(const SpareBuffer&) = delete;
  SpareBuffer& operator=(const SpareBuffer&) = delete;
  ~SpareBuffer() { clear(); }

  void clear() {
    PyMem_Free(data_);
    data_ = nullptr;
    room_ = 0;
  }

 private:
  friend class ByteSink;
  // Larger ones are not kept: a single huge message shall not cost memory for ever.
  static constexpr std::size_t kKept = std::size_t{4} * 1024 * 1024;

  std::byte* data_ = nullptr;
  std::size_t room_ = 0;
};

class ByteSink {
 public:
  // `room` bytes at `data`; may be nullptr and 0. `spare`, if given, must outlive the sink.
  ByteSink(std::byte* data, std::size_t room, SpareBuffer* spare = nullptr)
      : data_(data), room_(room), lent_(data), spare_(spare) {}
  ~ByteSink();
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;

  // True while everything written lies in the lent room.
  bool in_place() const { return data_ == lent_; }

  // Valid until the next reserve(), and no longer than the sink.
  std::span<const std::byte> written() const { return {data_, size_}; }

  // Written so far, in bytes.
  std::size_t size() const { return size_; }

  // What was written from `offset` on, for the caller to change before the next call. REQUIRES:
  // offset <= size().
  std::byte* from(std::size_t offset) { return data_ + offset; }

  // Forgets the last `count` bytes. REQUIRES: count <= size().
  void drop(std::size_t count) { size_ -= count; }

  // The next `count` bytes, for the caller to fill before the next call; nullptr with MemoryError
  // set.
  std::byte* reserve(std::size_t count) {
    if (count > room_ - size_) return reserve_elsewhere(count);
    std::byte* const at = data_ + size_;
    size_ += count;
    return at;
  }

 private:
  std::byte* reserve_elsewhere(std::size_t count);

  std::byte* data_;  // lent_, or private from PyMem_Malloc
  std::size_t size_ = 0;
  std::size_t room_;
  std::byte* const lent_;
  SpareBuffer* const spare_;
};

}  // namespace ringsnake::python
