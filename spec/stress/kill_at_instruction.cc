// Kills a side of a channel at every single instruction of what it does, and looks each time
// whether the other side is well. Normative: spec/wire/ring.md, RING-4 and RING-14; and §5, §6.
//
// `kill_at_instruction [long]`. The short form takes some of the instructions of each operation,
// the long one all. Status 77: this machine forbids to trace a process.
#include <algorithm>
#include <chrono>
#include <climits>
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "holdings.h"
#include "kill_trial.h"

namespace ringsnake::spec {
namespace {

constexpr int kSkipped = 77;

// What all trials of a scenario showed.
struct Tally {
  int boundaries = 0;
  int instructions = 0;
  int stepped = 0;  // trials that had to step all the way
  std::map<std::uint32_t, int> by_received;
  Survivor::Clock::duration slowest_notice{};
};

// A trial's outcome. `fault` is empty when all was well.
struct Outcome {
  int instructions = 0;
  std::string fault;
};

// `kill` says how many instructions the child did, or nothing when the trial is void.
template <class Kill>
std::optional<Outcome> try_once(const Scenario& scenario, std::uint32_t operation, Tally* tally,
                                Kill kill) {
  Outcome outcome;
  const Holdings before = Holdings::now();
  {
    Trial trial(scenario);
    const std::optional<int> instructions = kill(trial);
    if (!instructions) return std::nullopt;
    outcome.instructions = *instructions;
    const char* const fault = trial.find_fault();
    if (fault != nullptr) outcome.fault = fault;
    tally->slowest_notice = std::max(tally->slowest_notice, trial.survivor().notice());
    tally->by_received[trial.survivor().received()] += 1;
  }
  tally->boundaries += 1;
  const Holdings after = Holdings::now();
  if (outcome.fault.empty() && after != before) outcome.fault = "it left behind: " + after.text();
  if (!outcome.fault.empty()) {
    outcome.fault += " (operation " + std::to_string(operation) + ", instruction " +
                     std::to_string(outcome.instructions) + ")";
  }
  return outcome;
}

Outcome kill_after(const Scenario& scenario, std::uint32_t operation, int instructions,
                   Tally* tally, Path* path) {
  const auto outcome = try_once(scenario, operation, tally, [=](Trial& trial) {
    return std::optional(trial.kill_after(operation, instructions, path));
  });
  CHECK(outcome);
  return *outcome;
}

// By stepping, unless the child goes the same path as before.
Outcome kill_at(const Scenario& scenario, std::uint32_t operation, int instructions, Tally* tally,
                const Path& path) {
  if (path[static_cast<std::size_t>(instructions)] != kUnknown) {
    const auto outcome = try_once(scenario, operation, tally, [&](Trial& trial) {
      return trial.kill_at(operation, instructions, path);
    });
    if (outcome) return *outcome;
  }
  tally->stepped += 1;
  return kill_after(scenario, operation, instructions, tally, nullptr);
}

// How much of an operation is tried.
enum class Form : std::uint8_t { kShort, kLong };

// To every which of so many instructions of an operation a trial is given.
int stride_of(Form form, int instructions) {
  constexpr int kMostTrials = 125;
  return form == Form::kLong ? 1 : (instructions + kMostTrials - 1) / kMostTrials;
}

std::string find_fault_in(const Scenario& scenario, Form form, Tally* tally) {
  for (std::uint32_t operation = 0; operation < scenario.operations.size(); ++operation) {
    Path path;
    const Outcome whole = kill_after(scenario, operation, INT_MAX, tally, &path);
    if (!whole.fault.empty()) return whole.fault;
    tally->instructions += whole.instructions;
    for (int at = 0; at < whole.instructions; at += stride_of(form, whole.instructions)) {
      const Outcome outcome = kill_at(scenario, operation, at, tally, path);
      if (!outcome.fault.empty()) return outcome.fault;
      // A path that differs from run to run may end early.
      if (outcome.instructions < at) break;
    }
  }
  return "";
}

std::string describe(const Tally& tally) {
  using std::chrono::duration_cast;
  std::string text = std::to_string(tally.boundaries) + " kills in " +
                     std::to_string(tally.instructions) + " instructions (" +
                     std::to_string(tally.stepped) + " by stepping); ";
  for (const auto& [received, trials] : tally.by_received) {
    text += std::to_string(trials) + " times " + std::to_string(received) + " records, ";
  }
  const auto notice = duration_cast<std::chrono::microseconds>(tally.slowest_notice).count();
  return text + "death noticed after " + std::to_string(notice) + " us at most";
}

int kill_everywhere(const std::vector<Scenario>& scenarios, Form form) {
  int boundaries = 0;
  for (const Scenario& scenario : scenarios) {
    test(("killed at any instruction: " + scenario.name).c_str(), [&] {
      Tally tally;
      const std::string fault = find_fault_in(scenario, form, &tally);
      std::printf("# %s\n", describe(tally).c_str());
      if (!fault.empty()) std::printf("# %s\n", fault.c_str());
      CHECK(fault.empty());
      boundaries += tally.boundaries;
    });
  }
  return boundaries;
}

void find_defects() {
  for (const Scenario& scenario : defective_scenarios()) {
    test(("a defect is found: " + scenario.name).c_str(), [&] {
      Tally tally;
      const std::string fault = find_fault_in(scenario, Form::kLong, &tally);
      std::printf("# %s\n", fault.c_str());
      CHECK(!fault.empty());
    });
  }
}

}  // namespace
}  // namespace ringsnake::spec

int main(int count, char** arguments) {
  using namespace ringsnake::spec;  // NOLINT(google-build-using-namespace)
  if (!SteppedChild::is_permitted()) return kSkipped;
  shared_progress();
  std::vector<Scenario> scenarios = sending_scenarios();
  for (Scenario& scenario : receiving_scenarios()) scenarios.push_back(std::move(scenario));
  const bool is_long = count > 1 && std::strcmp(arguments[1], "long") == 0;
  if (is_long) {
    for (Scenario& scenario : further_scenarios()) scenarios.push_back(std::move(scenario));
  }
  const int boundaries = kill_everywhere(scenarios, is_long ? Form::kLong : Form::kShort);
  find_defects();
  std::printf("# %d kills in all\n", boundaries);
}
