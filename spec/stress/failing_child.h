// A child process of which one system call fails. Threads: one, which alone may trace the child;
// only the child's first thread is watched. Ownership: owns the child, which ends with this
// process.
#pragma once

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "../core/check.h"

namespace ringsnake::spec {

// Which call fails and how: the `nth` one (from 1) of that number.
struct Injection {
  long call = -1;  // -1: none
  int nth = 0;
  int error = 0;
  bool lasting = false;  // and all after it
};

class FailingChild {
 public:
  // Forks. In the child, calls fail only between two passes of watch().
  FailingChild(const std::function<void()>& body, const Injection& injection);
  FailingChild(const FailingChild&) = delete;
  FailingChild& operator=(const FailingChild&) = delete;
  ~FailingChild();

  // In the child: begins to watch the calls, or ends it.
  static void watch() noexcept {
#if defined(__x86_64__)
    asm volatile("int3");
#endif
  }
  static bool is_permitted();

  // Runs to the child's end. False when it had not ended within the bound.
  bool run(std::chrono::seconds bound);
  // What waitpid() said of the end.
  int status() const noexcept { return status_; }
  // Whether the call to fail was made.
  bool injected() const noexcept { return injected_; }
  // How often each call was made under watch.
  const std::map<long, int>& calls() const noexcept { return calls_; }
  // A call that was given a descriptor which was not open.
  bool used_closed_descriptor() const noexcept { return used_closed_descriptor_; }

 private:
  // The kernel frees what these are given whatever they answer, so they are done and then denied.
  static bool always_works(long call) noexcept { return call == SYS_close || call == SYS_munmap; }
  // recvmsg never says EMFILE: it drops the descriptors. So the child may open none during it.
  bool loses_descriptors(long call) const noexcept {
    return call == SYS_recvmsg && injection_.error == EMFILE;
  }
  using Time = std::chrono::steady_clock::time_point;
  // Returns 0 when the time is over. Nothing: for ever.
  pid_t wait_for_change(std::optional<Time> end);
  void at_system_call();
  void enter(long call);
  void leave(long long result);
  void with_registers(const std::function<void(user_regs_struct&)>& change) const;

  const Injection injection_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool watched_ = false;
  bool fails_now_ = false;
  bool narrowed_ = false;
  rlimit limit_{};  // what it was
  bool injected_ = false;
  bool used_closed_descriptor_ = false;
  std::map<long, int> calls_;
};

inline FailingChild::FailingChild(const std::function<void()>& body, const Injection& injection)
    : injection_(injection) {
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(99);
    ::raise(SIGSTOP);
    body();
    ::_exit(0);
  }
  CHECK(wait_for_change(std::nullopt) == pid_);
  if (WIFSTOPPED(status_)) {
    CHECK(::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD) ==
          0);
  }
}

inline FailingChild::~FailingChild() {
  if (!WIFSTOPPED(status_)) return;
  ::kill(pid_, SIGKILL);
  wait_for_change(std::nullopt);
}

inline bool FailingChild::is_permitted() {
#if defined(__x86_64__)
  FailingChild child([] {}, {});
  return child.run(std::chrono::seconds(10)) && WIFEXITED(child.status()) &&
         WEXITSTATUS(child.status()) == 0;
#else
  return false;
#endif
}

inline bool FailingChild::run(std::chrono::seconds bound) {
  const auto end = std::chrono::steady_clock::now() + bound;
  int signal = 0;
  while (WIFSTOPPED(status_)) {
    const auto request = watched_ ? PTRACE_SYSCALL : PTRACE_CONT;
    CHECK(::ptrace(request, pid_, nullptr, signal) == 0);
    const pid_t changed = wait_for_change(end);
    if (changed == 0) {
      status_ = W_STOPCODE(SIGSTOP);  // still there
      return false;
    }
    CHECK(changed == pid_);
    if (!WIFSTOPPED(status_)) break;
    constexpr int kSystemCall = SIGTRAP | 0x80;
    signal = 0;
    if (WSTOPSIG(status_) == kSystemCall) {
      at_system_call();
    } else if (WSTOPSIG(status_) == SIGTRAP) {
      watched_ = !watched_;
    } else {
      signal = WSTOPSIG(status_);
    }
  }
  return true;
}

inline pid_t FailingChild::wait_for_change(std::optional<Time> end) {
  // The timer's signal ends a wait. It comes again and again, lest one come between two waits.
  static const bool kTicks = [] {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    CHECK(::sigaction(SIGALRM, &action, nullptr) == 0);
    constexpr itimerval kEverySecond{{1, 0}, {1, 0}};
    return ::setitimer(ITIMER_REAL, &kEverySecond, nullptr) == 0;
  }();
  CHECK(kTicks);
  while (true) {
    const pid_t changed = ::waitpid(pid_, &status_, 0);
    if (changed >= 0 || errno != EINTR) return changed;
    if (end && std::chrono::steady_clock::now() > *end) return 0;
  }
}

inline void FailingChild::at_system_call() {
  __ptrace_syscall_info information{};
  CHECK(::ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof information, &information) > 0);
  if (information.op == PTRACE_SYSCALL_INFO_ENTRY) {
    enter(static_cast<long>(information.entry.nr));
  } else if (information.op == PTRACE_SYSCALL_INFO_EXIT) {
    leave(information.exit.rval);
  }
}

inline void FailingChild::with_registers(
    const std::function<void(user_regs_struct&)>& change) const {
  user_regs_struct registers{};
  CHECK(::ptrace(PTRACE_GETREGS, pid_, nullptr, &registers) == 0);
  change(registers);
  CHECK(::ptrace(PTRACE_SETREGS, pid_, nullptr, &registers) == 0);
}

inline void FailingChild::enter([[maybe_unused]] long call) {
  const int count = ++calls_[call];
  fails_now_ = call == injection_.call &&
               (count == injection_.nth || (injection_.lasting && count > injection_.nth));
  if (!fails_now_ || always_works(call)) return;
  if (loses_descriptors(call)) {
    CHECK(::prlimit(pid_, RLIMIT_NOFILE, nullptr, &limit_) == 0);
    const rlimit none{0, limit_.rlim_max};
    narrowed_ = ::prlimit(pid_, RLIMIT_NOFILE, &none, nullptr) == 0;
    CHECK(narrowed_);
    return;
  }
#if defined(__x86_64__)
  with_registers([](user_regs_struct& registers) { registers.orig_rax = ~0ULL; });
#endif
}

inline void FailingChild::leave(long long result) {
  used_closed_descriptor_ |= result == -EBADF;
  if (!fails_now_) return;
  fails_now_ = false;
  injected_ = true;
  if (narrowed_) {
    narrowed_ = false;
    CHECK(::prlimit(pid_, RLIMIT_NOFILE, &limit_, nullptr) == 0);
    return;
  }
#if defined(__x86_64__)
  with_registers([this](user_regs_struct& registers) {
    registers.rax = static_cast<unsigned long long>(-injection_.error);
  });
#endif
}

}  // namespace ringsnake::spec
