// Kills a side of a channel at every named step of the protocol: either side, in every operation
// that comes there, whatever the other one does meanwhile. Normative: spec/wire/ring.md §3 to §6,
// spec/wire/bulk.md.
//
// `named_steps ADDRESS NAME …`: a step is the moment before the instruction there; the spec looks
// the addresses up, so this must not be loaded elsewhere. Status 77: this machine forbids to trace
// a process.
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "holdings.h"
#include "kill_trial.h"
#include "named_scenarios.h"

namespace ringsnake::spec {
namespace {

constexpr int kSkipped = 77;
// Two slices: later it was not the death that woke, nor the look after it.
constexpr auto kNoticeBound = std::chrono::milliseconds(500);

struct Step {
  std::uintptr_t address;
  std::string name;
};

struct Tally {
  int cells = 0;
  std::map<std::string, int> cells_of;
  Survivor::Clock::duration slowest{};
  std::string slowest_step;
};

// What was wrong, or "" when all was well or the operation does not come to the step.
std::string try_step(const Scenario& scenario, const Step& step, Tally* tally) {
  const Holdings before = Holdings::now();
  const char* fault = nullptr;
  {
    Trial trial(scenario);
    const auto last = static_cast<std::uint32_t>(scenario.operations.size() - 1);
    if (!trial.kill_before(last, step.address)) return "";
    fault = trial.find_fault();
    const auto notice = trial.survivor().notice();
    if (notice > tally->slowest) {
      tally->slowest = notice;
      tally->slowest_step = step.name;
    }
    if (fault == nullptr && notice > kNoticeBound) fault = "the death was noticed too late";
  }
  tally->cells += 1;
  tally->cells_of[step.name] += 1;
  const Holdings after = Holdings::now();
  const std::string where = std::string(" (killed before: ") + step.name + "; the survivor " +
                            name_of(scenario.survivor) + ")";
  if (fault != nullptr) return fault + where;
  return after == before ? "" : "it left behind: " + after.text() + where;
}

std::string find_fault_in(const Scenario& scenario, const std::vector<Step>& steps, Tally* tally) {
  for (const Step& step : steps) {
    std::string fault = try_step(scenario, step, tally);
    if (!fault.empty()) return fault;
  }
  return "";
}

void kill_everywhere(const std::vector<Step>& steps, Tally* all) {
  for (NamedScenario& named : named_scenarios()) {
    for (const Side side : named.sides) {
      Scenario& scenario = named.scenario;
      scenario.side = side;
      const char* const who = side == Side::kCreator ? "the creator" : "the attacher";
      test((std::string(who) + " is killed at any step of: " + scenario.name).c_str(), [&] {
        const int before = all->cells;
        std::string fault;
        for (const Waiting survivor : named.survivor) {
          scenario.survivor = survivor;
          if (fault.empty()) fault = find_fault_in(scenario, steps, all);
        }
        std::printf("# %d cells\n", all->cells - before);
        if (!fault.empty()) std::printf("# %s\n", fault.c_str());
        CHECK(fault.empty());
        CHECK(all->cells > before);
      });
    }
  }
}

void find_defects(const std::vector<Step>& steps) {
  for (const Scenario& scenario : defective_scenarios()) {
    test(("a defect is found: " + scenario.name).c_str(), [&] {
      Tally tally;
      const std::string fault = find_fault_in(scenario, steps, &tally);
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
  std::vector<Step> steps;
  for (int i = 1; i + 1 < count; i += 2) {
    steps.push_back({std::strtoul(arguments[i], nullptr, 16), arguments[i + 1]});
  }
  Tally all;
  kill_everywhere(steps, &all);
  test("a side was killed at each of the steps", [&] {
    bool everywhere = true;
    for (const Step& step : steps) {
      if (all.cells_of[step.name] > 0) continue;
      std::printf("# never: %s\n", step.name.c_str());
      everywhere = false;
    }
    CHECK(everywhere);
  });
  find_defects(steps);
  using std::chrono::duration_cast;
  const auto slowest = duration_cast<std::chrono::microseconds>(all.slowest).count();
  std::printf("# %d cells of %zu steps; death noticed after %lld us at most, before: %s\n",
              all.cells, steps.size(), static_cast<long long>(slowest), all.slowest_step.c_str());
}
