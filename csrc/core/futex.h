// Sleep on words in shared memory, and rouse whoever sleeps there. The only file that makes the
// futex system calls.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ringsnake {

enum class FutexResult : std::uint8_t {
  kWoken,         // by a wake, or spuriously: look again
  kValueChanged,  // a word was not `expected` when the kernel looked
  kTimedOut,
  kInterrupted,  // a signal arrived
};

// A word to sleep on, and the value it has while there is nothing to do.
template <class Word>
struct BasicFutexWait {
  Word& word;
  std::uint32_t expected;
};
using FutexWait = BasicFutexWait<std::atomic<std::uint32_t>>;

// Sleeps while the word holds the expected value, for at most `timeout`. The kernel compares under
// its own lock, so a wake between the caller's last look and the sleep is never lost.
FutexResult futex_wait(const FutexWait& wait, std::chrono::nanoseconds timeout) noexcept;

// The same on two words at once: a change of either ends the sleep. On a kernel without
// futex_waitv (before 5.16, or forbidden) this is futex_wait on the first: `timeout` bounds what is
// then seen late. `can_wait_on_either()` tells.
FutexResult futex_wait_either(const FutexWait& first, const FutexWait& second,
                              std::chrono::nanoseconds timeout) noexcept;
bool can_wait_on_either() noexcept;

// Wakes one sleeper of `word`, in whichever process.
void futex_wake(std::atomic<std::uint32_t>& word) noexcept;

}  // namespace ringsnake
