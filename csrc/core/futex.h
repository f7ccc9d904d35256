// Sleep on one word in shared memory, and rouse whoever sleeps there. The only file that makes the
// futex system call.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ringsnake {

enum class FutexResult : std::uint8_t {
  kWoken,         // by futex_wake, or spuriously: look again
  kValueChanged,  // the word was not `expected` when the kernel looked
  kTimedOut,
  kInterrupted,  // a signal arrived
};

// Sleeps while `word` holds `expected`, for at most `timeout`. The kernel compares under its own
// lock, so a wake between the caller's last look and the sleep is never lost.
FutexResult futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                       std::chrono::nanoseconds timeout) noexcept;

// Wakes one sleeper of `word`, in whichever process.
void futex_wake(std::atomic<std::uint32_t>& word) noexcept;

}  // namespace ringsnake
