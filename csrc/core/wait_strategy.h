// How a side waits before it sleeps: values. Threads: one.
//
// A hand-off between two running sides costs 0.2 µs, any sleep 20 µs and more; but spinning can
// only pay when the peer runs on another CPU and answers soon. So the adaptive budget grows with
// hits, shrinks with misses, and at zero is tried again now and then, since traffic changes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace ringsnake {

struct WaitStrategy {
  enum class Kind : std::uint8_t {
    kAdaptive,  // spins as long as it has paid lately
    kSleep,     // never spins: for machines whose every cycle is wanted
    kSpin,      // always spins for `spin`: for sides that must answer at once
  };
  Kind kind = Kind::kAdaptive;
  std::chrono::nanoseconds spin{0};
};

class SpinBudget {
 public:
  using Duration = std::chrono::nanoseconds;

  SpinBudget() noexcept = default;
  explicit SpinBudget(WaitStrategy strategy) noexcept : strategy_(strategy) {}

  bool never() const noexcept { return strategy_.kind == WaitStrategy::Kind::kSleep; }
  // How long the next spin may last; zero: sleep at once.
  Duration next() noexcept {
    if (strategy_.kind != WaitStrategy::Kind::kAdaptive) return strategy_.spin;
    if (budget_ >= kLeast) return budget_;
    return ++skipped_ % kRetryEvery == 0 ? kStart : Duration::zero();
  }
  // The spin ended with a record.
  void hit() noexcept { budget_ = std::clamp(budget_ * 2, kStart, kMost); }
  // The spin was in vain.
  void miss() noexcept { budget_ /= 2; }

 private:
  // From the cost of one wake-up on a virtual machine, 20 µs: bench/README.md has the measurement.
  static constexpr Duration kStart = std::chrono::microseconds(20);
  static constexpr Duration kMost = std::chrono::microseconds(50);
  static constexpr Duration kLeast = std::chrono::microseconds(5);
  static constexpr std::uint32_t kRetryEvery = 32;

  WaitStrategy strategy_;
  Duration budget_ = kStart;
  std::uint32_t skipped_ = 0;
};

}  // namespace ringsnake
