// The operations in which a side is killed at named steps, and what its peer does meanwhile.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kill_scenarios.h"

namespace ringsnake::spec {

inline std::vector<Waiting> all_waits() {
  return {Waiting::kNot, Waiting::kBlocked, Waiting::kInLoop};
}
// While the child sleeps, the survivor is the one that rouses it.
inline std::vector<Waiting> running() { return {Waiting::kNot}; }
inline std::vector<Waiting> asleep() { return {Waiting::kBlocked, Waiting::kInLoop}; }

inline const char* name_of(Waiting waiting) {
  switch (waiting) {
    case Waiting::kNot:
      return "runs";
    case Waiting::kBlocked:
      return "sleeps in wait()";
    case Waiting::kInLoop:
      return "sleeps in its event loop";
    case Waiting::kInLoopDeaf:
      return "sleeps in a deaf event loop";
    case Waiting::kBlockedForRoom:
      return "sleeps for room";
  }
  return "?";
}

struct NamedScenario {
  // The child is killed in its last operation.
  Scenario scenario;
  std::vector<Waiting> survivor;
  std::vector<Side> sides = {Side::kCreator, Side::kAttacher};
};

inline std::vector<std::function<void(DoomedChild&)>> only(
    std::function<void(DoomedChild&)> operation) {
  return {std::move(operation)};
}

inline std::vector<NamedScenario> named_scenarios() {
  constexpr std::uint32_t kLargest = wire::kRingCapacityMin / 2 - wire::kRecordHeaderBytes;
  const auto sends_bulk = [](DoomedChild& child) { child.send_bulk(); };
  return {
      {{.name = "sending", .lengths = {35}, .operations = only(sends())}, all_waits()},
      {{.name = "sending at the ring's end",
        .lengths = {100},
        .operations = only(sends()),
        .offset = wire::kRingCapacityMin - 64},
       all_waits()},
      {{.name = "a batch", .lengths = {16, 3, 80}, .operations = only([](DoomedChild& child) {
                                                     child.send_batch(3);
                                                   })},
       all_waits()},
      {{.name = "receiving", .lengths = {}, .operations = only(receives(2)), .inbox = {10, 300}},
       all_waits()},
      {{.name = "giving room", .lengths = {}, .operations = only(receives(2)), .inbox = {10, 300}},
       {Waiting::kBlockedForRoom}},
      {{.name = "lending", .lengths = {1500}, .operations = only(sends_bulk)}, all_waits()},
      // The first segment is back, too small for the second message, and there is no room for both.
      {{.name = "retiring a segment",
        .lengths = {1500, 100'000},
        .operations = {sends_bulk, sends_bulk},
        .bulk_limit = 131'072},
       asleep()},
      {{.name = "borrowing",
        .lengths = {},
        .operations = only([](DoomedChild& child) { child.receive_bulk(); }),
        .bulk_inbox = 1500},
       all_waits()},
      {{.name = "sleeping in wait()", .lengths = {}, .operations = only([](DoomedChild& child) {
                                                       child.wait();
                                                     })},
       running()},
      {{.name = "sleeping in its event loop",
        .lengths = {},
        .operations = only([](DoomedChild& child) { child.wait_in_loop(); })},
       running()},
      {{.name = "sleeping for room",
        .lengths = {kLargest},
        .operations = only([](DoomedChild& child) { child.wait_for_room(kLargest); }),
        .sent_before = 1,
        .roused_by_record = false},
       running()},
      {{.name = "closing", .lengths = {}, .operations = only([](DoomedChild& child) {
                                            child.close();
                                          })},
       all_waits()},
      {{.name = "attaching",
        .lengths = {},
        .operations = only([](DoomedChild&) {}),
        .attaches = true},
       running(),
       {Side::kAttacher}},
      {{.name = "meeting", .lengths = {}, .operations = only([](DoomedChild& child) {
                                            child.meet();
                                          })},
       all_waits(),
       {Side::kCreator}},
  };
}

}  // namespace ringsnake::spec
