// A child process that runs one instruction at a time, and can be killed between any two. Threads:
// one, as the kernel lets only the thread that traces a child steer it. Ownership: owns the child;
// none outlives it, not even if this process dies.
#pragma once

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>

#include "../core/check.h"

namespace ringsnake::spec {

class SteppedChild {
 public:
  enum class Stop : std::uint8_t {
    kStopped,  // after the instruction, or at a mark
    kAsleep,   // inside a system call that waits; goes on when that one ends
    kEnded,
  };

  // Forks. `body` runs in the child up to its first mark(); the child ends with it.
  explicit SteppedChild(const std::function<void()>& body);
  SteppedChild(const SteppedChild&) = delete;
  SteppedChild& operator=(const SteppedChild&) = delete;
  ~SteppedChild() {
    kill();
    reap();
  }

  // In the child: gives the word to the parent.
  static void mark() noexcept {
#if defined(__x86_64__)
    asm volatile("int3");
#else
    ::raise(SIGTRAP);
#endif
  }

  // Whether this machine lets a process trace its child at all.
  static bool is_permitted();

  // Runs at full speed to the next mark.
  Stop run_to_mark();
  // One instruction; or, when it is asleep, waits for it to wake.
  Stop step();
  // The address of its next instruction; 0 where this is not known. REQUIRES: stopped.
  std::uintptr_t next_instruction() const;
  // Runs at full speed until that is its next instruction, or to a mark; to be called again when it
  // was asleep.
  Stop run_to(std::uintptr_t address);
  void kill() const noexcept {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
  }
  // Waits until the killed child holds nothing any more.
  void wait_for_end() const noexcept;
  // Collects the killed child.
  void reap() noexcept;
  pid_t pid() const noexcept { return pid_; }

 private:
  // Blocked from the first child on, so that one can wait for it with a bound.
  static const sigset_t& child_changed();
  Stop wait_for_stop();
  bool is_asleep() const noexcept;
  void resume(int request);
  void set_breakpoint(std::uintptr_t address);
  void take_breakpoint_back();

  pid_t pid_ = -1;
  bool asleep_ = false;
  std::uintptr_t breakpoint_ = 0;
  long covered_ = 0;  // what stood there before
};

inline const sigset_t& SteppedChild::child_changed() {
  static sigset_t set = [] {
    sigset_t only{};
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &only, nullptr);
    return only;
  }();
  return set;
}

inline SteppedChild::SteppedChild(const std::function<void()>& body) {
  child_changed();
  pid_ = ::fork();
  CHECK(pid_ >= 0);
  if (pid_ == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(99);
    ::raise(SIGSTOP);
    body();
    ::_exit(0);
  }
  if (wait_for_stop() == Stop::kStopped) {
    CHECK(::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_EXITKILL) == 0);
  }
}

inline bool SteppedChild::is_permitted() {
  SteppedChild child([] {});
  return child.pid() > 0 && child.step() == Stop::kStopped;
}

inline bool SteppedChild::is_asleep() const noexcept {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/stat", pid_);
  std::FILE* const file = std::fopen(path.data(), "re");
  if (file == nullptr) return false;
  std::array<char, 512> line{};
  const bool read = std::fgets(line.data(), line.size(), file) != nullptr;
  std::fclose(file);
  const char* const name_end = read ? std::strrchr(line.data(), ')') : nullptr;
  return name_end != nullptr && name_end[1] == ' ' && name_end[2] == 'S';
}

inline SteppedChild::Stop SteppedChild::wait_for_stop() {
  // Longer than an instruction takes: then it may be a system call that waits.
  constexpr timespec kPatience{0, 2'000'000};
  while (true) {
    int status = 0;
    const pid_t pid = ::waitpid(pid_, &status, WNOHANG);
    if (pid == pid_) {
      asleep_ = false;
      if (WIFSTOPPED(status)) return Stop::kStopped;
      pid_ = -1;
      return Stop::kEnded;
    }
    CHECK(pid == 0);
    const bool told = ::sigtimedwait(&child_changed(), nullptr, &kPatience) == SIGCHLD;
    if (!told && !asleep_ && is_asleep()) {
      asleep_ = true;
      return Stop::kAsleep;
    }
  }
}

inline void SteppedChild::resume(int request) {
  if (pid_ > 0 && !asleep_) {
    CHECK(::ptrace(static_cast<__ptrace_request>(request), pid_, nullptr, nullptr) == 0);
  }
}

inline SteppedChild::Stop SteppedChild::run_to_mark() {
  if (pid_ < 0) return Stop::kEnded;
  resume(PTRACE_CONT);
  return wait_for_stop();
}

inline SteppedChild::Stop SteppedChild::step() {
  if (pid_ < 0) return Stop::kEnded;
  resume(PTRACE_SINGLESTEP);
  return wait_for_stop();
}

#if defined(__x86_64__)
inline std::uintptr_t SteppedChild::next_instruction() const {
  user_regs_struct registers{};
  CHECK(::ptrace(PTRACE_GETREGS, pid_, nullptr, &registers) == 0);
  return registers.rip;
}

inline void SteppedChild::set_breakpoint(std::uintptr_t address) {
  constexpr long kInt3 = 0xcc;
  errno = 0;
  covered_ = ::ptrace(PTRACE_PEEKTEXT, pid_, address, nullptr);
  CHECK(errno == 0);
  CHECK(::ptrace(PTRACE_POKETEXT, pid_, address, (covered_ & ~0xffL) | kInt3) == 0);
  breakpoint_ = address;
}

inline void SteppedChild::take_breakpoint_back() {
  CHECK(::ptrace(PTRACE_POKETEXT, pid_, breakpoint_, covered_) == 0);
  user_regs_struct registers{};
  CHECK(::ptrace(PTRACE_GETREGS, pid_, nullptr, &registers) == 0);
  if (registers.rip == breakpoint_ + 1) {
    registers.rip = breakpoint_;
    CHECK(::ptrace(PTRACE_SETREGS, pid_, nullptr, &registers) == 0);
  }
  breakpoint_ = 0;
}

inline SteppedChild::Stop SteppedChild::run_to(std::uintptr_t address) {
  if (pid_ < 0) return Stop::kEnded;
  if (breakpoint_ == 0) set_breakpoint(address);
  resume(PTRACE_CONT);
  const Stop stop = wait_for_stop();
  if (stop == Stop::kStopped) take_breakpoint_back();
  return stop;
}
#else
inline std::uintptr_t SteppedChild::next_instruction() const { return 0; }
inline SteppedChild::Stop SteppedChild::run_to(std::uintptr_t) { return step(); }
#endif

inline void SteppedChild::wait_for_end() const noexcept {
  siginfo_t information{};
  if (pid_ > 0) {
    ::waitid(P_PID, static_cast<id_t>(pid_), &information, WEXITED | WNOWAIT);
  }
}

inline void SteppedChild::reap() noexcept {
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace ringsnake::spec
