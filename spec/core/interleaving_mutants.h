// Defects that the explorer must find, switched on by name while the program runs: those of the
// memory policy (the shipped source runs on a machine that forgets something), and those of a
// caller that uses the shipped source wrongly.
#pragma once

#include <cstdint>

namespace ringsnake::spec {

enum class Mutant : std::uint8_t {
  kNone,
  // Of the machine.
  kNoFenceAtSleeper,
  kNoFenceAtWaker,
  kNoFenceAtRoomWaker,
  kCommitNotReleased,
  kClosedNotReleased,
  kSplitExchange,
  kNoKernelCompare,
  kStaleHeader,
  kFutexWakeLost,
  kPressLost,
  kPressNotKept,
  kNoSecondLook,
  kRoomFlagLost,
  kAliveNotSleptOn,
  kReadPositionAhead,
  kPaddingLost,
  // Of the caller.
  kWakesBeforeCommit,
  kLastCommitNotWoken,
  kGivesBackBeforeReading,
  kGivesBackWithoutWaking,
  kClearsAfterParking,
  kPollsWithoutParking,
  kNotesAfterLooking,
  kReturnsWithoutCounting,
  kClosesWithoutWaking,
};

inline Mutant mutant = Mutant::kNone;

}  // namespace ringsnake::spec
