// What a program that has CPython on one of its threads gives to the extension in it. Plain data
// and functions, since neither side is linked with the other: the extension gets the address.
#pragma once

#include <cstdint>

namespace ringsnake {

// Threads: any. Ownership: lives as long as the process.
struct Embedder {
  static constexpr std::uint32_t kVersion = 1;

  // First, so that the halves of two builds do not mistake each other.
  std::uint32_t version = kVersion;
  // Python is up: what its start has changed of the process is put back.
  void (*started)() = nullptr;
  // Nothing of Python's will run any more: its lock is held and stays so.
  void (*frozen)() = nullptr;
};

}  // namespace ringsnake
