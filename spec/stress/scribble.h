// Random words over a whole region, as a hostile peer writes them. Half of them are such that they
// might be believed. Threads: one for each Scribble; it races with every other user of the region,
// which is the point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>

#include "../../csrc/core/region.h"

namespace ringsnake::spec {

class Scribble {
 public:
  // By its seed it writes anywhere, only where sides say that they sleep or live, or only now and
  // then, so that the other side gets further before it notices.
  Scribble(const Region& region, unsigned seed)
      : memory_(reinterpret_cast<volatile std::uint32_t*>(region.data())),
        words_(region.size() / sizeof(std::uint32_t)),
        capacity_(region.ring_capacity()),
        random_(seed),
        manner_(random_() % 3) {}

  bool is_sparse() const noexcept { return manner_ == 2; }
  std::uint32_t random() { return random_(); }
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      memory_[place()] = random_() % 2 == 0 ? plausible() : random_();
    }
  }

 private:
  // parked, cpu and returned of both sides, and both alive words.
  static constexpr std::size_t kSleepWords[] = {128, 160, 192, 256, 288, 320, 1018, 1020};

  std::size_t place() {
    if (manner_ == 1) return kSleepWords[random_() % std::size(kSleepWords)];
    // The control page and the beginnings of the rings decide most.
    return random_() % 4 == 0 ? random_() % words_ : random_() % 1200;
  }
  std::uint32_t plausible() {
    switch (random_() % 8) {
      case 0:
        return 0;
      case 1:
        return wire::kRecordPaddingWord;
      case 2:
        return random_() % 64 + 1;
      case 3:
        return random_() % capacity_;
      case 4:
        return capacity_ / 2 - wire::kRecordHeaderBytes + 1;
      case 5:
        return random_() % 8;
      case 6:
        return wire::kAliveOwnerDied | random_();
      default:
        return random_() & ~7U;
    }
  }

  volatile std::uint32_t* const memory_;
  const std::size_t words_;
  const std::uint32_t capacity_;
  std::mt19937 random_;
  const unsigned manner_;
};

}  // namespace ringsnake::spec
