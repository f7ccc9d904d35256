// Calls into an interpreter of the same process, made by a thread of its host's. What the extension
// offers to the addon: plain data and functions, since neither is linked with the other.
// Normative: spec/wire/embedding.md §4.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ringsnake {

enum class DirectOutcome : std::uint8_t {
  kResult,
  kError,      // as an error frame has it
  kElsewhere,  // nothing has happened: it is to be made through the ring
};

// One call. Threads: the caller's.
struct DirectCall {
  std::uint32_t interface_index = 0;
  std::uint32_t method_index = 0;
  const std::byte* arguments = nullptr;  // encoded as in a call frame; read before the method runs
  std::size_t length = 0;
  bool refers = false;        // to data in segments of the host's, which are lent by now
  std::byte* room = nullptr;  // for what it gives; may be where the arguments are
  std::size_t capacity = 0;
  // For a method that must wait for the host: lets it do what it has to, until it has done
  // something. False: it can no more. Called without the lock.
  bool (*serve)(void* host) = nullptr;
  void* host = nullptr;
  // While values are read from or written to the room, of which the host would write another call.
  bool is_coding = false;
  // Where the outcome lies: in the room, or in memory of malloc() that is the caller's. A result
  // may refer to data in segments of the worker's, which are lent by now.
  std::byte* given = nullptr;
  std::size_t size = 0;
};

// The services of one worker. Ownership: lives as long as the process.
struct DirectTarget {
  static constexpr std::uint32_t kVersion = 2;

  std::uint32_t version = kVersion;
  // Makes the calling thread one of Python's: its thread state, or null.
  void* (*join)() = nullptr;
  // REQUIRES: the thread has joined, and does not hold the lock.
  DirectOutcome (*call)(DirectTarget* target, void* thread, DirectCall* call) = nullptr;
  // The extension's own, with the lock; null once the worker has ended.
  void* object = nullptr;
};

}  // namespace ringsnake
