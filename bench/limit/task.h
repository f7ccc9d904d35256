// What a driver tells its peer, over the very link that is measured: the first record of each
// slice. The peers in other languages read the same bytes: bench/peers/ring_peer.py.
//
// Threads: values. Integers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ringsnake::bench {

// The driver ends each with an empty record; the source sends one itself when its time is over.
enum class TaskKind : std::uint8_t {
  kNone = 0,
  kEcho = 1,    // send every record back
  kSink = 2,    // take records; at the end send one with the windows (windows.h)
  kSource = 3,  // send records for `milliseconds`
  kAnswer = 4,  // answer every record with an 8-byte one
};

struct Task {
  std::uint32_t kind = 0;  // a TaskKind
  std::uint32_t payload_bytes = 0;
  std::uint32_t milliseconds = 0;
  std::uint32_t window_us = 0;
  std::uint32_t batch = 1;  // records between two looks at whether the other side sleeps
};
static_assert(sizeof(Task) == 20);

inline std::span<const std::byte> bytes_of(const Task& task) noexcept {
  return std::as_bytes(std::span(&task, 1));
}

// REQUIRES: the record is one that bytes_of() gave.
inline Task read_task(std::span<const std::byte> record) noexcept {
  Task task;
  std::memcpy(&task, record.data(), sizeof task);
  return task;
}

}  // namespace ringsnake::bench
