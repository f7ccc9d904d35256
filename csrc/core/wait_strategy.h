// How long to spin before sleeping: a value that learns. Threads: one.
//
// A hand-off between two running sides costs 0.2 µs, any sleep 20 µs and more; but spinning can
// only pay when the peer runs on another CPU and answers soon. So the budget grows with hits,
// shrinks with misses, and at zero is tried again now and then, since traffic changes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ringsnake {

class SpinBudget {
 public:
  using Duration = std::chrono::nanoseconds;

  // How long the next spin may last; zero: sleep at once.
  Duration next() noexcept {
    if (budget_ >= kLeast) return budget_;
    return ++skipped_ % kRetryEvery == 0 ? kStart : Duration::zero();
  }
  // The spin ended with a record.
  void hit() noexcept { budget_ = std::clamp(budget_ * 2, kStart, kMost); }
  // The spin was in vain.
  void miss() noexcept { budget_ /= 2; }

 private:
  // Guessed from the cost of one wake-up on a virtual machine, 20 µs; the rings benchmark is to
  // measure them.
  static constexpr Duration kStart = std::chrono::microseconds(20);
  static constexpr Duration kMost = std::chrono::microseconds(50);
  static constexpr Duration kLeast = std::chrono::microseconds(5);
  static constexpr std::uint32_t kRetryEvery = 32;

  Duration budget_ = kStart;
  std::uint32_t skipped_ = 0;
};

}  // namespace ringsnake
