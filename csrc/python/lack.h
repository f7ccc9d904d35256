// What a message lacks to be sent. Values. Threads: the side's own.
#pragma once

#include <cstdint>
#include <optional>

#include "../core/waiter.h"

namespace ringsnake::python {

struct Lack {
  enum class Kind : std::uint8_t {
    kNothing,  // it was sent
    kRoom,     // `room` bytes of payload in the ring
    kSegment,  // a segment, and none was back when it was looked for
    kRaised,   // none of these: an exception is set
  };
  Kind kind = Kind::kNothing;
  std::uint32_t room = 0;

  static Lack nothing() { return {}; }
  static Lack of_room(std::uint32_t length) { return {Kind::kRoom, length}; }
  static Lack of_segment() { return {Kind::kSegment, 0}; }
  static Lack raised() { return {Kind::kRaised, 0}; }
};

// From now on this side's waits end, too, when that may be had.
inline void want(Waiter& waiter, const Lack& lack) {
  waiter.want_room(lack.kind == Lack::Kind::kRoom ? std::optional(lack.room) : std::nullopt);
  waiter.want_segment(lack.kind == Lack::Kind::kSegment);
}

}  // namespace ringsnake::python
