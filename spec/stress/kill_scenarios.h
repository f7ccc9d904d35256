// Which operations a side is killed in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "survivor.h"

namespace ringsnake::spec {

struct Scenario {
  std::string name;
  // Of the records that the child sends, in order.
  std::vector<std::uint32_t> lengths;
  // Each is entered at full speed, and then run one instruction at a time.
  std::vector<std::function<void(DoomedChild&)>> operations;
  // Where in its ring the child's first record begins.
  std::uint32_t offset = 0;
  // Of its records, how many it sends before the first operation.
  std::uint32_t sent_before = 0;
  // What the survivor does just before each operation.
  Waiting survivor = Waiting::kNot;
  // Of the records that the child finds in its inbox.
  std::vector<std::uint32_t> inbox = {};
  std::uint64_t bulk_inbox = 0;
  // The first operation is attaching to the channel.
  bool attaches = false;
  // Roused from a sleep by a record, else by room.
  bool roused_by_record = true;
  // Which side the child is.
  Side side = Side::kAttacher;
  // Of the child: bytes that it may have in segments.
  std::uint64_t bulk_limit = wire::kBulkLimitDefault;
};

inline std::function<void(DoomedChild&)> sends() {
  return [](DoomedChild& child) { child.send(); };
}
inline std::function<void(DoomedChild&)> receives(int count) {
  return [=](DoomedChild& child) { child.receive(count); };
}

// Records of `length` bytes that find `tail` bytes before the ring's end.
inline Scenario wrap_scenario(std::uint32_t tail, std::uint32_t length) {
  return {.name = "a record of " + std::to_string(length) + " bytes, " + std::to_string(tail) +
                  " before the ring's end",
          .lengths = {length, 5},
          .operations = {sends(), sends()},
          .offset = wire::kRingCapacityMin - tail};
}

inline std::vector<Scenario> sending_scenarios() {
  return {
      {.name = "small records", .lengths = {0, 1, 35, 200}, .operations = std::vector(4, sends())},
      wrap_scenario(64, 100),
      wrap_scenario(8, 24),
      wrap_scenario(48, 40),
      {.name = "several records, then one wake-up",
       .lengths = {9, 0, 70},
       .operations = {[](DoomedChild& child) { child.send_then_wake_once(3); }},
       .survivor = Waiting::kBlocked},
      {.name = "a batch published at one moment",
       .lengths = {16, 3, 80},
       .operations = {[](DoomedChild& child) { child.send_batch(3); }},
       .survivor = Waiting::kInLoop},
      {.name = "a claim given up, at the ring's end",
       .lengths = {30},
       .operations = {[](DoomedChild& child) { child.abandon(90); }, sends()},
       .offset = wire::kRingCapacityMin - 64},
      {.name = "waking a side that sleeps in wait()",
       .lengths = {40, 2},
       .operations = {sends(), sends()},
       .survivor = Waiting::kBlocked},
      {.name = "waking a side that sleeps in its event loop",
       .lengths = {40, 2},
       .operations = {sends(), sends()},
       .survivor = Waiting::kInLoop},
      {.name = "a bulk message, its segment made for it",
       .lengths = {1500, 1500},
       .operations = std::vector<std::function<void(DoomedChild&)>>(
           2, [](DoomedChild& child) { child.send_bulk(); })},
      {.name = "a bulk message, while one to it waits unread",
       .lengths = {1500},
       .operations = {[](DoomedChild& child) { child.send_bulk(); }},
       .bulk_inbox = 1500},
  };
}

inline std::vector<Scenario> receiving_scenarios() {
  constexpr std::uint32_t kLargest = wire::kRingCapacityMin / 2 - wire::kRecordHeaderBytes;
  return {
      {.name = "receiving, and giving room back",
       .lengths = {},
       .operations = {receives(1), receives(2), receives(3)},
       .inbox = {10, 0, 300, 7, 8, 9}},
      {.name = "giving room to a side that sleeps for it",
       .lengths = {},
       .operations = {receives(2), receives(4)},
       .survivor = Waiting::kBlockedForRoom,
       .inbox = {10, 300}},
      {.name = "receiving a bulk message",
       .lengths = {},
       .operations = {[](DoomedChild& child) { child.receive_bulk(); }},
       .bulk_inbox = 1500},
      {.name = "asleep in wait()",
       .lengths = {3},
       .operations = {[](DoomedChild& child) { child.wait(); }, sends()}},
      {.name = "asleep in its event loop",
       .lengths = {3},
       .operations = {[](DoomedChild& child) { child.wait_in_loop(); }, sends()}},
      {.name = "asleep for room",
       .lengths = {kLargest, 50},
       .operations = {[](DoomedChild& child) { child.wait_for_room(kLargest); }, sends()},
       .sent_before = 1,
       .roused_by_record = false},
      {.name = "closing",
       .lengths = {20},
       .operations = {sends(), [](DoomedChild& child) { child.close(); }}},
      {.name = "closing, its peer asleep",
       .lengths = {},
       .operations = {[](DoomedChild& child) { child.close(); }},
       .survivor = Waiting::kInLoop},
  };
}

// What only the long run adds: an operation of tens of thousands of instructions, and more places
// and sizes.
inline std::vector<Scenario> further_scenarios() {
  std::vector<Scenario> all = {
      {.name = "attaching", .lengths = {}, .operations = {[](DoomedChild&) {}}, .attaches = true}};
  for (const std::uint32_t tail : {8u, 16u, 24u, 120u, 1000u}) {
    for (const std::uint32_t length : {0u, 8u, 100u, 1000u, 3000u}) {
      all.push_back(wrap_scenario(tail, length));
    }
  }
  return all;
}

// Defects that must be found, each in one of the operations.
inline std::vector<Scenario> defective_scenarios() {
  constexpr std::uint32_t kTail = 64;
  constexpr std::uint32_t kOffset = wire::kRingCapacityMin - kTail;
  return {
      {.name = "the commit word before the payload",
       .lengths = {40},
       .operations = {[](DoomedChild& child) { child.send_commit_word_first(); }}},
      {.name = "the next record's header after the commit word",
       .lengths = {40},
       .operations = {[](DoomedChild& child) { child.send_next_header_last(); }}},
      {.name = "a padding record before the header that it leads to",
       .lengths = {100},
       .operations = {[](DoomedChild& child) { child.pad_before_zeroing(kOffset); }},
       .offset = kOffset},
      {.name = "an event loop that does not watch the peer's process",
       .lengths = {40},
       .operations = {sends()},
       .survivor = Waiting::kInLoopDeaf},
  };
}

}  // namespace ringsnake::spec
