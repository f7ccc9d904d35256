// Lets each allocation of the core fail: the first, the second and so on, once or from then on.
// Status 77: the C library is not one whose allocator failing_allocations.h can stand before.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "../core/check.h"
#include "failing_allocations.h"
#include "fault_story.h"

namespace ringsnake::spec {
namespace {

constexpr int kSkipped = 77;
// A story takes milliseconds.
constexpr unsigned kBoundSeconds = 20;

// What a child leaves for its parent to look at.
struct Report {
  Ending ending;
  int count;      // of allocations
  long leftover;  // allocations that were not given back
};

Report& shared_report() {
  static auto* report = static_cast<Report*>(
      ::mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  CHECK(report != MAP_FAILED);
  return *report;
}

// At each mark, as all that is made between the first and the last is to be given back by then.
void watch() {
  static const long kBefore = Allocations::alive();
  shared_report().count = Allocations::count();
  shared_report().leftover = Allocations::alive() - kBefore;
  Allocations::watch();
}

struct Outcome {
  bool injected = false;
  bool told = false;  // by a Status
  std::string fault;
};

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGALRM ? "it hangs" : "it crashed";
  return WEXITSTATUS(status) == 0 ? "" : "it could not be tried";
}

Outcome try_once(Role role, const AllocationFailure& failure) {
  Report& report = shared_report();
  report = {};
  const pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) {
    ::alarm(kBoundSeconds);
    Allocations::let_fail(failure);
    Story(report.ending, watch).tell(role);
    ::_exit(0);
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  Outcome outcome;
  outcome.injected = failure.nth != 0 && report.count >= failure.nth;
  outcome.told = report.ending.code != StatusCode::kOk;
  outcome.fault = describe_end(status);
  if (outcome.fault.empty()) outcome.fault = describe_fault(report.ending);
  // A thread that watches the parent keeps what it needs.
  const bool keeps = role == Role::kParentWatch && !outcome.told;
  if (outcome.fault.empty() && report.leftover != 0 && !keeps) {
    outcome.fault = "it did not give back: " + std::to_string(report.leftover) + " allocations";
  }
  return outcome;
}

struct Tally {
  int failures = 0;
  int told = 0;
  int faults = 0;
};

// Goes on after a fault, so that one run shows all.
Tally fail_everywhere(Role role) {
  Tally tally;
  const Outcome healthy = try_once(role, {});
  if (healthy.told || !healthy.fault.empty()) {
    std::printf("# without a failure: %s\n", healthy.told ? "a status" : healthy.fault.c_str());
    tally.faults = 1;
    return tally;
  }
  for (const bool lasting : {false, true}) {
    for (int nth = 1;; ++nth) {
      const Outcome outcome = try_once(role, {nth, lasting});
      // A story that crashed could not say whether it came to that.
      if (!outcome.injected && outcome.fault.empty()) break;
      tally.failures += 1;
      tally.told += outcome.told ? 1 : 0;
      if (outcome.fault.empty()) continue;
      tally.faults += 1;
      std::printf("# allocation no. %d%s: %s\n", nth, lasting ? " and all after it" : "",
                  outcome.fault.c_str());
    }
  }
  std::printf("# %d failures, %d told by a status, the others made good\n", tally.failures,
              tally.told);
  return tally;
}

}  // namespace
}  // namespace ringsnake::spec

int main() {
  using namespace ringsnake::spec;  // NOLINT(google-build-using-namespace)
#if !defined(__GLIBC__)
  return kSkipped;
#endif
  shared_report();
  int failures = 0;
  bool well = true;
  const auto report = [&](const char* sentence, bool holds) {
    std::printf("%sok - %s\n", holds ? "" : "not ", sentence);
    std::fflush(stdout);
    well &= holds;
  };
  const auto stand = [&](Role role, const char* sentence) {
    const Tally tally = fail_everywhere(role);
    failures += tally.failures;
    report(sentence, tally.faults == 0 && tally.failures > 0);
  };
  stand(Role::kParentWatch, "whatever allocation fails: who ends with its parent");
  stand(Role::kCreator, "whatever allocation fails: the creator of a channel");
  stand(Role::kAttacher, "whatever allocation fails: who attaches to a channel");
  report("a defect is found: what it had is not given back",
         fail_everywhere(Role::kLeaks).faults > 0);
  report("a defect is found: a failure is ignored", fail_everywhere(Role::kIgnores).faults > 0);
  std::printf("# %d failures in all\n", failures);
  return well ? 0 : 1;
}
