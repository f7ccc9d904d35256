#include "futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace ringsnake {
namespace {

// Older headers lack these; the numbers are part of the kernel's interface, the same on every
// architecture.
constexpr long kFutexWaitv = 449;
constexpr std::uint32_t kFutex32 = 2;
struct WaitvEntry {
  std::uint64_t value;
  std::uint64_t address;
  std::uint32_t flags;
  std::uint32_t reserved;
};

timespec to_timespec(std::chrono::nanoseconds span) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  return {seconds.count(), (span - seconds).count()};
}

// Not FUTEX_PRIVATE_FLAG: the two sides map the word at different addresses of different processes.
long futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value,
           const timespec* timeout) noexcept {
  return ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), operation, value, timeout,
                   nullptr, 0);
}

FutexResult result_of(long outcome) noexcept {
  if (outcome >= 0) return FutexResult::kWoken;
  switch (errno) {
    case EAGAIN:
      return FutexResult::kValueChanged;
    case ETIMEDOUT:
      return FutexResult::kTimedOut;
    case EINTR:
      return FutexResult::kInterrupted;
    default:
      return FutexResult::kWoken;
  }
}

WaitvEntry entry_of(const FutexWait& wait) noexcept {
  return {wait.expected, reinterpret_cast<std::uint64_t>(&wait.word), kFutex32, 0};
}

}  // namespace

FutexResult futex_wait(const FutexWait& wait, std::chrono::nanoseconds timeout) noexcept {
  const timespec relative = to_timespec(timeout);
  return result_of(futex(wait.word, FUTEX_WAIT, wait.expected, &relative));
}

FutexResult futex_wait_either(const FutexWait& first, const FutexWait& second,
                              std::chrono::nanoseconds timeout) noexcept {
  const WaitvEntry entries[2] = {entry_of(first), entry_of(second)};
  // Unlike futex, this call wants the moment, not the span.
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const timespec deadline = to_timespec(std::chrono::seconds(now.tv_sec) +
                                        std::chrono::nanoseconds(now.tv_nsec) + timeout);
  const long outcome = ::syscall(kFutexWaitv, entries, 2, 0, &deadline, CLOCK_MONOTONIC);
  if (outcome < 0 && (errno == ENOSYS || errno == EPERM)) return futex_wait(first, timeout);
  return result_of(outcome);
}

bool can_wait_on_either() noexcept {
  // No entries: EINVAL from a kernel that has the call.
  return ::syscall(kFutexWaitv, nullptr, 0, 0, nullptr, CLOCK_MONOTONIC) >= 0 || errno == EINVAL;
}

void futex_wake(std::atomic<std::uint32_t>& word) noexcept { futex(word, FUTEX_WAKE, 1, nullptr); }

}  // namespace ringsnake
