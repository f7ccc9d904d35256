// Runs a scenario in every interleaving within bounds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "interleaving_scenarios.h"

namespace ringsnake::spec {

inline const Scenario* scenario = nullptr;
inline std::unique_ptr<Party> parties[2];

// Both rings have been round once, so that what is overwritten is not zero.
inline void warm_up() {
  // Numbers that no scenario reaches.
  for (auto& party : parties) party->sent = party->received = 200;
  for (const std::uint32_t length : {12u, 4u, 4u, 12u, 4u}) {
    for (int i = 0; i < 2; ++i) {
      if (!parties[i]->try_send(length)) machine.fail("full", "while warming up");
      parties[1 - i]->drain();
    }
  }
}

inline void prepare() {
  region.set_ring_capacity(scenario->capacity);
  const std::shared_ptr<ExploredRegion> shared(std::shared_ptr<void>(), &region);
  for (int i = 0; i < 2; ++i) {
    ledgers[i] = {};
    last_stored[i].reset();
    HastyClock::looks[i] = 0;
    const Side side = static_cast<Side>(i);
    parties[i] = std::make_unique<Party>(side, shared);
    region.alive(side).store(wire::kAliveWaiters | 7, std::memory_order_relaxed);
    if (!scenario->yields_before_sleep)
      parties[i]->waiter.set_strategy({WaitStrategy::Kind::kSleep, {}});
  }
  warm_up();
  for (auto& party : parties) party->sent = party->received = 0;
}

inline void body(int index) { scenario->body(*parties[index]); }

inline void finish() {
  for (const auto& party : parties) {
    if (party->received != party->expected)
      machine.fail("lost", "side %d received %u of %u", party->index, party->received,
                   party->expected);
    if (party->producer.broken() || party->consumer.broken())
      machine.fail("broken", "an end of side %d", party->index);
    if (party->waiter.counts().slice_expired != 0) machine.fail("lost", "a wake-up");
  }
}

struct Figures {
  std::uint64_t runs = 0;
  std::uint64_t cut = 0;
  std::size_t states = 0;
  // How differently runs ended, and a sum that tells one set of endings from another.
  std::size_t endings = 0;
  std::uint64_t endings_sum = 0;
  bool exhausted = false;
  bool failed = false;
  std::string schedule;  // of the failed one: what thread 0 did to the left, thread 1 to the right
};

inline Figures explore(const Scenario& explored, MemoryModel model, const Bounds& bounds) {
  scenario = &explored;
  machine.set_model(model, bounds);
  Explorer explorer;
  HashSet endings;
  Figures figures;
  do {
    const Machine::Outcome outcome = machine.run(explorer, prepare, body, finish);
    figures.runs += 1;
    figures.cut += outcome == Machine::Outcome::kCut ? 1 : 0;
    if (outcome == Machine::Outcome::kCompleted && endings.insert(machine.ending()))
      figures.endings_sum += machine.ending();
    figures.endings = endings.size();
    figures.states = explorer.states();
    if (outcome == Machine::Outcome::kFailed) {
      figures.failed = true;
      explorer.rewind();
      machine.set_trace(&figures.schedule, name_of_cell);
      machine.run(explorer, prepare, body, finish);
      machine.set_trace(nullptr, name_of_cell);
      return figures;
    }
    figures.exhausted = !explorer.advance();
  } while (!figures.exhausted && figures.runs < bounds.runs);
  return figures;
}

}  // namespace ringsnake::spec
