// What a consumer must make of a commit word, by arithmetic in 64 bits, which nothing here can
// overflow. Written from spec/wire/ring.md §3, without a look at the code.
#pragma once

#include <array>
#include <cstdint>

#include "../../csrc/core/ring.h"

namespace ringsnake::spec {

// Where a consumer stands: the offset it looks at, and the bytes it looked at and has not given
// back.
struct Place {
  std::uint32_t offset;
  std::uint32_t pending;
};

enum class Decision : std::uint8_t { kNothing, kAccepts, kBreaks };

struct Verdict {
  Decision decision;
  std::uint64_t length;
};

// Ways in which a check could be wrong.
enum class Defect : std::uint8_t {
  kNone,
  kNoEnd,           // it does not see that the record leaves the ring
  kNoMaximum,       // nor that it is larger than any payload
  kNoPending,       // nor that the records looked at exceed the capacity
  kNarrow,          // it adds in 32 bits
  kOffByOne,        // it takes the word for the length
  kEndlessPadding,  // it follows padding to padding
};
inline constexpr std::array kDefects = {Defect::kNoEnd,     Defect::kNoMaximum,
                                        Defect::kNoPending, Defect::kNarrow,
                                        Defect::kOffByOne,  Defect::kEndlessPadding};

inline const char* describe(Defect defect) noexcept {
  switch (defect) {
    case Defect::kNone:
      break;
    case Defect::kNoEnd:
      return "no look at the ring's end";
    case Defect::kNoMaximum:
      return "no look at the largest payload";
    case Defect::kNoPending:
      return "no look at what is pending";
    case Defect::kNarrow:
      return "sums in 32 bits";
    case Defect::kOffByOne:
      return "the word taken for the length";
    case Defect::kEndlessPadding:
      return "padding after padding";
  }
  return "none";
}

// Of a ring that holds zeros but for this word, which stands at `place`, where records may begin.
inline Verdict judge(std::uint32_t word, Place place, std::uint64_t capacity,
                     Defect defect) noexcept {
  constexpr Verdict kNothing = {Decision::kNothing, 0};
  constexpr Verdict kBreaks = {Decision::kBreaks, 0};
  const bool counts_pending = defect != Defect::kNoPending;
  if (word == 0) return kNothing;
  if (word == wire::kRecordPaddingWord) {
    const std::uint64_t skipped = capacity - place.offset;
    if (counts_pending && place.pending + skipped > capacity) return kBreaks;
    // At the ring's beginning it leads to itself.
    return place.offset == 0 && defect != Defect::kEndlessPadding ? kBreaks : kNothing;
  }
  const auto sum = [=](std::uint64_t a, std::uint64_t b) -> std::uint64_t {
    return defect == Defect::kNarrow ? static_cast<std::uint32_t>(a + b) : a + b;
  };
  const std::uint64_t length = std::uint64_t{word} - (defect == Defect::kOffByOne ? 0 : 1);
  const std::uint64_t record = sum(wire::kRecordHeaderBytes, (length + 7) / 8 * 8);
  if (defect != Defect::kNoEnd && sum(place.offset, record) > capacity) return kBreaks;
  const std::uint64_t largest = capacity / 2;
  if (defect != Defect::kNoMaximum && sum(wire::kRecordHeaderBytes, length) > largest) {
    return kBreaks;
  }
  if (counts_pending && sum(place.pending, record) > capacity) return kBreaks;
  return {Decision::kAccepts, length};
}

}  // namespace ringsnake::spec
