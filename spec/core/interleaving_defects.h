// Where each planted defect shows.
#pragma once

#include "interleaving_scenarios.h"

namespace ringsnake::spec {

struct Defect {
  Mutant mutant;
  const char* sentence;
  MemoryModel model;
  void (*body)(Party&);
};

inline constexpr auto kX86 = MemoryModel::kTotalStoreOrder;
inline constexpr auto kWeak = MemoryModel::kWeak;

inline constexpr Defect kDefects[] = {
    {Mutant::kNoFenceAtSleeper, "no fence between parking and the second look", kX86,
     one_record<Style::kBlocking>},
    {Mutant::kNoFenceAtWaker, "no fence between a commit and the look at who sleeps", kX86,
     one_record<Style::kLoop>},
    {Mutant::kNoFenceAtRoomWaker, "no fence between giving back and the look at who sleeps", kX86,
     full_ring<Style::kBlocking, Style::kBlocking>},
    {Mutant::kCommitNotReleased, "a commit word stored without release", kWeak,
     one_record<Style::kBlocking>},
    {Mutant::kClosedNotReleased, "closed stored without release", kWeak,
     close_right_after_commit<Style::kBlocking>},
    {Mutant::kSplitExchange, "parked emptied by a load and a store", kX86, one_way<Style::kLoop>},
    {Mutant::kNoKernelCompare, "a futex sleep without the kernel's compare", kX86,
     one_record<Style::kBlocking>},
    {Mutant::kStaleHeader, "the next header not emptied", kX86, one_way<Style::kBlocking>},
    {Mutant::kPaddingLost, "the padding record not written", kX86, one_way<Style::kBlocking>},
    {Mutant::kFutexWakeLost, "a futex wake lost", kX86, one_record<Style::kBlocking>},
    {Mutant::kPressLost, "a press of the doorbell lost", kX86, one_record<Style::kLoop>},
    {Mutant::kPressNotKept, "a press before the poll not kept", kX86, one_record<Style::kLoop>},
    {Mutant::kNoSecondLook, "no second look after parking", kX86, one_record<Style::kBlocking>},
    {Mutant::kRoomFlagLost, "parked without saying that room is wanted", kX86,
     full_ring<Style::kLoop, Style::kBlocking>},
    {Mutant::kAliveNotSleptOn, "a sleeper that ignores the alive word", kX86,
     die_after_sending<Style::kBlocking>},
    {Mutant::kReadPositionAhead, "a read position ahead of what was read", kX86,
     full_ring<Style::kBlocking, Style::kBlocking>},
    {Mutant::kWakesBeforeCommit, "waking before the commit", kX86, one_record<Style::kBlocking>},
    {Mutant::kLastCommitNotWoken, "no wake after the last commit", kX86, one_way<Style::kLoop>},
    {Mutant::kGivesBackBeforeReading, "a record given back before it is read", kX86,
     full_ring<Style::kBlocking, Style::kBlocking>},
    {Mutant::kGivesBackWithoutWaking, "room given back without a wake", kX86,
     full_ring<Style::kBlocking, Style::kBlocking>},
    {Mutant::kClearsAfterParking, "a doorbell cleared between parking and the poll", kX86,
     one_record<Style::kLoop>},
    {Mutant::kPollsWithoutParking, "a loop that polls without having parked", kX86,
     one_record<Style::kLoop>},
    {Mutant::kNotesAfterLooking, "returns counted after the look at the segment", kX86,
     lend_twice<Style::kBlocking, Style::kBlocking>},
    {Mutant::kReturnsWithoutCounting, "a segment given back without counting", kX86,
     lend_twice<Style::kBlocking, Style::kBlocking>},
    {Mutant::kClosesWithoutWaking, "closing without waking a loop", kX86,
     close_at_once<Style::kLoop>},
};

}  // namespace ringsnake::spec
