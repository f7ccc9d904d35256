// Lets each system call of the core fail once, the first time, the second time and so on, in each
// of the ways that calls fail. `system_call_failure [long]`: the short form tries the first twenty
// of each call. Status 77: this machine forbids to trace a process, or is of a family that
// failing_child.h does not know.
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstring>
#include <map>
#include <string>

#include "failing_child.h"
#include "fault_story.h"

namespace ringsnake::spec {
namespace {

constexpr int kSkipped = 77;
constexpr int kMostOfOne = 20;
// A story takes milliseconds; a sleep whose wake-up failed takes a slice.
constexpr auto kBound = std::chrono::seconds(20);

constexpr std::array kErrors = {ENOMEM, EMFILE, EINTR, EAGAIN, ENOSYS};

// For the report only: every call that is made fails, known here or not.
std::string name_of(long call) {
  static const std::map<long, const char*> kNames = {
      {SYS_memfd_create, "memfd_create"},
      {SYS_ftruncate, "ftruncate"},
      {SYS_fallocate, "fallocate"},
      {SYS_fcntl, "fcntl"},
      {SYS_mmap, "mmap"},
      {SYS_mprotect, "mprotect"},
      {SYS_madvise, "madvise"},
      {SYS_munmap, "munmap"},
      {SYS_close, "close"},
      {SYS_fstat, "fstat"},
      {SYS_newfstatat, "newfstatat"},
      {SYS_openat, "openat"},
      {SYS_eventfd2, "eventfd2"},
      {SYS_write, "write"},
      {SYS_read, "read"},
      {SYS_socketpair, "socketpair"},
      {SYS_sendmsg, "sendmsg"},
      {SYS_recvmsg, "recvmsg"},
      {SYS_poll, "poll"},
      {SYS_pidfd_open, "pidfd_open"},
      {SYS_waitid, "waitid"},
      {SYS_futex, "futex"},
      {449, "futex_waitv"},
      {SYS_sched_getaffinity, "sched_getaffinity"},
      {SYS_sched_setaffinity, "sched_setaffinity"},
      {SYS_get_robust_list, "get_robust_list"},
      {SYS_rt_sigprocmask, "rt_sigprocmask"},
      {SYS_clone3, "clone3"},
      {SYS_rt_sigaction, "rt_sigaction"},
  };
  const auto found = kNames.find(call);
  return found == kNames.end() ? "call " + std::to_string(call) : found->second;
}

// These cannot fail.
constexpr std::array kInfallible = {SYS_getpid, SYS_getppid, SYS_gettid, SYS_sched_yield};

// What no kernel answers, and what would be a lie that the core must believe.
bool can_be(const Injection& injection) {
  // The first packet may be late. A later one was sent before its reference, so without it the peer
  // would have lied.
  return injection.call != SYS_recvmsg || injection.error != EAGAIN || injection.nth == 1;
}

Ending& shared_ending() {
  static auto* ending = static_cast<Ending*>(
      ::mmap(nullptr, sizeof(Ending), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  CHECK(ending != MAP_FAILED);
  return *ending;
}

struct Outcome {
  bool injected = false;
  bool told = false;  // by a Status
  std::string fault;
  std::map<long, int> calls;
};

Outcome try_once(Role role, const Injection& injection) {
  Ending& ending = shared_ending();
  ending = {};
  FailingChild child([&] { Story(ending, FailingChild::watch).tell(role); }, injection);
  Outcome outcome;
  const bool ended = child.run(kBound);
  outcome.injected = child.injected();
  outcome.calls = child.calls();
  outcome.told = ending.code != StatusCode::kOk;
  outcome.fault = describe_fault(ending);
  if (!ended) {
    outcome.fault = "it hangs";
  } else if (!WIFEXITED(child.status()) || WEXITSTATUS(child.status()) != 0) {
    outcome.fault = "it crashed";
  } else if (outcome.fault.empty() && child.used_closed_descriptor()) {
    outcome.fault = "it used a descriptor that was not open";
  }
  return outcome;
}

struct Tally {
  int failures = 0;
  int told = 0;
  int faults = 0;
};

// Counts; goes on after a fault, so that one run shows all. False when the call was not made so
// often.
bool let_fail(Role role, const Injection& injection, Tally* tally) {
  const Outcome outcome = try_once(role, injection);
  if (!outcome.injected) return false;
  tally->failures += 1;
  tally->told += outcome.told ? 1 : 0;
  if (outcome.fault.empty()) return true;
  tally->faults += 1;
  std::printf("# %s, no. %d%s, %s: %s\n", name_of(injection.call).c_str(), injection.nth,
              injection.lasting ? " and all after it" : "", ::strerrorname_np(injection.error),
              outcome.fault.c_str());
  return true;
}

void let_fail_in_all_ways(Role role, long call, int most, Tally* tally) {
  for (const int error : kErrors) {
    for (int nth = 1; nth <= most; ++nth) {
      const Injection injection{call, nth, error};
      if (!can_be(injection) || !let_fail(role, injection, tally)) break;
    }
  }
  // A system without that call, or one that forbids it.
  let_fail(role, {call, 1, ENOSYS, true}, tally);
}

Tally fail_everywhere(Role role, int most) {
  Tally tally;
  Outcome healthy = try_once(role, {});
  if (healthy.told) healthy.fault = "it ends with an error though no call failed";
  if (!healthy.fault.empty()) {
    std::printf("# %s\n", healthy.fault.c_str());
    tally.faults = 1;
    return tally;
  }
  for (const auto& [call, times] : healthy.calls) {
    if (std::find(kInfallible.begin(), kInfallible.end(), call) == kInfallible.end()) {
      let_fail_in_all_ways(role, call, most, &tally);
    }
  }
  std::printf("# %d failures, %d told by a status, the others made good\n", tally.failures,
              tally.told);
  return tally;
}

}  // namespace
}  // namespace ringsnake::spec

int main(int count, char** arguments) {
  using namespace ringsnake::spec;  // NOLINT(google-build-using-namespace)
  if (!FailingChild::is_permitted()) return kSkipped;
  shared_ending();
  const bool is_long = count > 1 && std::strcmp(arguments[1], "long") == 0;
  const int most = is_long ? INT_MAX : kMostOfOne;
  int failures = 0;
  bool well = true;
  const auto report = [&](const char* sentence, bool holds) {
    std::printf("%sok - %s\n", holds ? "" : "not ", sentence);
    std::fflush(stdout);
    well &= holds;
  };
  const auto stand = [&](Role role, const char* sentence) {
    const Tally tally = fail_everywhere(role, most);
    failures += tally.failures;
    report(sentence, tally.faults == 0 && tally.failures > 0);
  };
  stand(Role::kDescriptors, "whatever system call fails: sockets, descriptors and processes");
  stand(Role::kParentWatch, "whatever system call fails: who ends with its parent");
  stand(Role::kCreator, "whatever system call fails: the creator of a channel");
  stand(Role::kAttacher, "whatever system call fails: who attaches to a channel");
  report("a defect is found: what it had is not given back",
         fail_everywhere(Role::kLeaks, most).faults > 0);
  report("a defect is found: a failure is ignored",
         fail_everywhere(Role::kIgnores, most).faults > 0);
  std::printf("# %d failures in all\n", failures);
  return well ? 0 : 1;
}
