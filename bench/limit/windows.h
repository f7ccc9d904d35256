// How many records came in each short stretch of time. A stream is judged by its good windows, so
// that a moment in which another program had the CPU does not count against it.
//
// Threads: one. Units: nanoseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace ringsnake::bench {

using Clock = std::chrono::steady_clock;

class Windows {
 public:
  Windows(std::uint32_t window_us, std::uint32_t payload_bytes)
      : length_(std::chrono::microseconds(window_us)),
        records_per_look_(
            std::clamp(kBytesPerLook / std::max(payload_bytes, 1U), 1U, kMostPerLook)),
        start_(Clock::now()) {}

  // After each record, or some of them. A look at the clock costs as much as a small record, so not
  // every record has one.
  void count(std::uint32_t records) {
    records_ += records;
    unlooked_ += records;
    if (unlooked_ < records_per_look_) return;
    unlooked_ = 0;
    const Clock::time_point now = Clock::now();
    if (now - start_ < length_) return;
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(now - start_);
    values_.push_back(records_);
    values_.push_back(static_cast<std::uint32_t>(took.count()));
    records_ = 0;
    start_ = now;
  }

  // Records and nanoseconds of each window, in turn.
  const std::vector<std::uint32_t>& values() const noexcept { return values_; }

 private:
  static constexpr std::uint32_t kMostPerLook = 64;
  static constexpr std::uint32_t kBytesPerLook = 64 * 1024;

  const Clock::duration length_;
  const std::uint32_t records_per_look_;
  Clock::time_point start_;
  std::uint32_t records_ = 0;
  std::uint32_t unlooked_ = 0;
  std::vector<std::uint32_t> values_;
};

}  // namespace ringsnake::bench
