// The keys of maps, which come again and again: their strings by their bytes, and their bytes by
// their strings. Of a fixed size, where a key takes the place of another: no message can make it
// slow or large. Threads: those that hold the GIL.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "msgpack.h"

namespace ringsnake::python {

// All zero at first: it lies in the state of a module.
class KeyCache {
 public:
  static constexpr std::size_t kLongest = 31;  // bytes of a fixstr

  // The string of these bytes; nullptr when it is not here. Borrowed. REQUIRES: 1 to kLongest.
  PyObject* find(std::span<const std::byte> bytes) {
    const Entry& entry = read_[hash(bytes) % kEntries];
    const bool same = entry.key != nullptr && entry.bytes[0] == head(bytes.size()) &&
                      std::memcmp(entry.bytes + 1, bytes.data(), bytes.size()) == 0;
    return same ? entry.key : nullptr;
  }
  void keep(PyObject* key, std::span<const std::byte> bytes) {
    replace(read_[hash(bytes) % kEntries], key, bytes);
  }

  // Head and bytes of this very object; empty when they are not here.
  std::span<const std::byte> find_written(PyObject* key) const {
    const Entry& entry = written_[slot(key)];
    if (entry.key != key) return {};
    return {entry.bytes, 1 + (static_cast<std::size_t>(entry.bytes[0]) & kLongest)};
  }
  void keep_written(PyObject* key, std::span<const std::byte> bytes) {
    replace(written_[slot(key)], key, bytes);
  }

  int traverse(visitproc visit, void* arg) {
    for (const Entry& entry : read_) Py_VISIT(entry.key);
    for (const Entry& entry : written_) Py_VISIT(entry.key);
    return 0;
  }
  void clear() {
    for (Entry& entry : read_) Py_CLEAR(entry.key);
    for (Entry& entry : written_) Py_CLEAR(entry.key);
  }

 private:
  struct Entry {
    PyObject* key;                  // owned, or null
    std::byte bytes[1 + kLongest];  // as on the wire
  };
  static constexpr std::size_t kEntries = 256;
  static constexpr std::size_t kObjectAlignment = 16;

  static std::byte head(std::size_t size) { return static_cast<std::byte>(kFixstr | size); }
  static std::size_t slot(PyObject* key) {
    const auto address = reinterpret_cast<std::uintptr_t>(key) / kObjectAlignment;
    return (address ^ address / kEntries) % kEntries;
  }

  // Of both ends, which is all of a short key.
  static std::size_t hash(std::span<const std::byte> bytes) {
    constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
    constexpr int kHighBits = 40;
    const std::size_t size = bytes.size();
    std::uint64_t ends = 0;
    if (size >= sizeof ends) {
      ends = load_little_endian<std::uint64_t>(bytes.data()) ^
             load_little_endian<std::uint64_t>(bytes.data() + size - sizeof ends) * 3;
    } else if (size >= sizeof(std::uint32_t)) {
      ends = std::uint64_t{load_little_endian<std::uint32_t>(bytes.data())} << 32 |
             load_little_endian<std::uint32_t>(bytes.data() + size - sizeof(std::uint32_t));
    } else {
      ends = static_cast<std::uint64_t>(bytes[0]) << 16 |
             static_cast<std::uint64_t>(bytes[size / 2]) << 8 |
             static_cast<std::uint64_t>(bytes[size - 1]);
    }
    return static_cast<std::size_t>((ends + size) * kMultiplier >> kHighBits);
  }

  static void replace(Entry& entry, PyObject* key, std::span<const std::byte> bytes) {
    PyObject* const former = std::exchange(entry.key, Py_NewRef(key));
    entry.bytes[0] = head(bytes.size());
    std::memcpy(entry.bytes + 1, bytes.data(), bytes.size());
    Py_XDECREF(former);
  }

  std::array<Entry, kEntries> read_;
  std::array<Entry, kEntries> written_;
};

}  // namespace ringsnake::python
