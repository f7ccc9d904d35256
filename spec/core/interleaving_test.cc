// Every interleaving of the two sides, within bounds, of the shipped rings and waiters: the very
// templates of csrc/core/ring.h and waiter.h, on a machine that an explorer steps
// (explored_machine.h tells how). And defects, planted one by one, each of which must be found.
//
// A run that fails prints its schedule. With the argument "long": wider bounds.
#undef _FORTIFY_SOURCE  // fiber.h tells why

#include <cstdio>
#include <string>
#include <string_view>

#include "interleaving_defects.h"
#include "interleaving_run.h"
#include "interleaving_scenario_list.h"

namespace ringsnake::spec {
namespace {

constexpr std::uint64_t kMost = 10'000'000;
std::uint64_t total_runs = 0;
bool all_good = true;

void report(bool good, const char* format, const char* sentence) {
  all_good = all_good && good;
  std::printf("%s - ", good ? "ok" : "not ok");
  std::printf(format, sentence);
  std::printf("\n");
  std::fflush(stdout);
}

const char* title(MemoryModel model) {
  return model == MemoryModel::kTotalStoreOrder ? "x86" : "weak";
}

// Explores and prints the figures.
Figures measure(const Scenario& explored, MemoryModel model, const Bounds& bounds) {
  Figures figures = explore(explored, model, bounds);
  total_runs += figures.runs;
  const std::string preemptions =
      bounds.preemptions == Bounds::kUnlimited ? "any" : std::to_string(bounds.preemptions);
  std::printf("# %s (%s memory%s, %s preemptions, spurious wakes: %d): ", explored.sentence,
              title(model), bounds.literal ? ", every step" : "", preemptions.c_str(),
              bounds.spurious_wakes);
  std::printf("%llu interleavings, ", static_cast<unsigned long long>(figures.runs));
  if (bounds.cut_at_seen_states)
    std::printf("%llu of them cut at one of %zu states; ",
                static_cast<unsigned long long>(figures.cut), figures.states);
  std::printf("%s\n", figures.exhausted ? "these are all"
                      : figures.failed  ? "then it failed"
                                        : "there are more");
  return figures;
}

bool holds(const Scenario& explored, MemoryModel model, const Bounds& bounds) {
  const Figures figures = measure(explored, model, bounds);
  if (!figures.failed) return true;
  std::printf("# %s: %s. The schedule:\n%s", machine.failure_kind(), machine.failure().c_str(),
              figures.schedule.c_str());
  return false;
}

void must_hold(const Scenario& explored, bool is_long) {
  bool good = true;
  for (const MemoryModel model : {kX86, kWeak}) {
    good = good && holds(explored, model, {.preemptions = 3});
    if (explored.is_short) good = good && holds(explored, model, {});
  }
  // Weak memory does whatever x86 does, and more.
  if (is_long && !explored.is_short) good = good && holds(explored, kWeak, {.runs = kMost});
  if (is_long)
    good = good && holds(explored, kWeak, {.preemptions = 3, .spurious_wakes = 2, .runs = kMost});
  report(good, "whatever the interleaving: %s", explored.sentence);
}

// With and without the cuts, which must hide nothing.
void must_find(const Defect& defect) {
  const Scenario explored{defect.sentence, defect.body};
  bool found = true;
  mutant = defect.mutant;
  for (const bool cuts : {true, false}) {
    const Bounds bounds{
        .preemptions = 2, .spurious_wakes = cuts ? 1 : 0, .cut_at_seen_states = cuts};
    const Figures figures = explore(explored, defect.model, bounds);
    found = found && figures.failed;
    std::printf("# %s, %s: interleaving %llu ends with \"%s\": %s\n", defect.sentence,
                cuts ? "with cuts" : "without cuts", static_cast<unsigned long long>(figures.runs),
                figures.failed ? machine.failure_kind() : "nothing",
                figures.failed ? machine.failure().c_str() : "not found");
  }
  mutant = Mutant::kNone;
  report(found, "is found: %s", defect.sentence);
}

// What the explorer leaves out must change no ending: cuts at states seen before, and steps and
// departures of stores that nobody can tell apart (explored_machine.h).
void must_end_alike(const Scenario& explored) {
  bool alike = true;
  for (const MemoryModel model : {kX86, kWeak}) {
    const Figures reduced = measure(explored, model, {});
    const Figures literal = measure(explored, model, {.literal = true, .runs = kMost});
    const Figures few = measure(explored, model, {.preemptions = 2, .runs = kMost});
    const Figures few_uncut =
        measure(explored, model, {.preemptions = 2, .cut_at_seen_states = false, .runs = kMost});
    std::printf("# distinct endings: %zu, literally %zu; with few preemptions %zu, uncut %zu\n",
                reduced.endings, literal.endings, few.endings, few_uncut.endings);
    for (const Figures* figures : {&reduced, &literal, &few, &few_uncut})
      alike = alike && figures->exhausted && !figures->failed;
    alike = alike && reduced.endings_sum == literal.endings_sum &&
            few.endings_sum == few_uncut.endings_sum;
  }
  report(alike, "has the same endings when nothing is left out: %s", explored.sentence);
}

// The planted defects that only weak memory shows: on x86 they are none.
void must_be_harmless_on_x86(const Defect& defect) {
  mutant = defect.mutant;
  const Figures figures = measure({defect.sentence, defect.body}, kX86, {});
  mutant = Mutant::kNone;
  report(!figures.failed && figures.exhausted, "does no harm on x86: %s", defect.sentence);
}

int run_all(bool is_long) {
  machine.set_memory(reinterpret_cast<std::uint32_t*>(&region), kSharedBytes / 4);
  for (const Defect& defect : kDefects) must_find(defect);
  for (const Defect& defect : kDefects)
    if (defect.model == kWeak) must_be_harmless_on_x86(defect);
  for (const Scenario& explored : kTinyScenarios) must_end_alike(explored);
  const std::uint64_t planted = std::size(kDefects);
  for (const Scenario& explored : kScenarios) must_hold(explored, is_long);
  std::printf("# %llu interleavings in all; %llu planted defects\n",
              static_cast<unsigned long long>(total_runs),
              static_cast<unsigned long long>(planted));
  return all_good ? 0 : 1;
}

}  // namespace
}  // namespace ringsnake::spec

int main(int argc, char** argv) {
  return ringsnake::spec::run_all(argc > 1 && std::string_view(argv[1]) == "long");
}
