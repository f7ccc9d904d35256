// Runs a program of Node.js, and lets one system call at a time fail in it, or in what it starts:
// `start_failure COMMAND…`. The program says which one, by signal 0 to a process that cannot be
// (spec/support/programs/start-failure.ts has the same numbers), and asks in the same way whether
// the call was made. Ends as the program does; with 77 where a process may not be traced, or on a
// family of machines that this does not know.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr int kSkipped = 77;

#if defined(__x86_64__)

constexpr std::array kCalls = {
    SYS_memfd_create, SYS_ftruncate, SYS_fallocate,  SYS_mmap,  SYS_socketpair,
    SYS_eventfd2,     SYS_sendmsg,   SYS_recvmsg,    SYS_pipe2, SYS_clone,
    SYS_clone3,       SYS_vfork,     SYS_pidfd_open, SYS_kill,
};

// Process ids from here on are orders: a failure in the bits below, or the question.
constexpr unsigned long long kOrder = 0x70000000;
constexpr unsigned long long kQuestion = 0x7fffffff;

struct Injection {
  long call = -1;  // -1: none
  int error = 0;
  int nth = 0;              // from 1
  bool in_started = false;  // in what the program starts, else in the program itself
};

class Tracer {
 public:
  explicit Tracer(pid_t program) : program_(program) {}

  // Returns what waitpid() said of the program's end.
  int run() {
    while (true) {
      int status = 0;
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0) return status;
      if (!WIFSTOPPED(status)) {
        processes_.erase(thread);
        if (thread == program_) return status;
        continue;
      }
      ::ptrace(PTRACE_CONT, thread, nullptr, signal_for(thread, status));
    }
  }

 private:
  // What the thread is to get now: signals reach it, stops of the tracer's do not.
  int signal_for(pid_t thread, int status) {
    const bool is_new = processes_.find(thread) == processes_.end();
    const pid_t process = process_of(thread);
    if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_SECCOMP << 8))) at_call(thread, process);
    if (status >> 16 != 0 || (is_new && WSTOPSIG(status) == SIGSTOP)) return 0;
    return WSTOPSIG(status);
  }

  pid_t process_of(pid_t thread) {
    pid_t& process = processes_[thread];
    if (process != 0) return process;
    std::ifstream file("/proc/" + std::to_string(thread) + "/status");
    for (std::string word; file >> word;) {
      if (word == "Tgid:") file >> process;
    }
    return process;
  }

  void at_call(pid_t thread, pid_t process) {
    user_regs_struct registers{};
    if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
    const auto call = static_cast<long>(registers.orig_rax);
    const bool in_program = process == program_;
    if (call == SYS_kill) {
      if (!in_program || registers.rdi < kOrder || registers.rdi > kQuestion) return;
      answer(thread, registers, take_order(registers.rdi));
    } else if (call == injection_.call && in_program != injection_.in_started &&
               is_ours(registers) && ++seen_ == injection_.nth) {
      injected_ = true;
      answer(thread, registers, -injection_.error);
    }
  }

  // Mappings that are not shared are the allocator's and the loader's.
  static bool is_ours(const user_regs_struct& registers) {
    return registers.orig_rax != SYS_mmap || (registers.r10 & MAP_SHARED) != 0;
  }

  long take_order(unsigned long long order) {
    if (order == kQuestion) {
      injection_ = {};
      return injected_ ? 0 : -ESRCH;
    }
    injection_ = {
        static_cast<long>(order >> 15 & 0x3ff),
        static_cast<int>(order >> 8 & 0x7f),
        static_cast<int>(order & 0xff),
        (order >> 25 & 1) != 0,
    };
    seen_ = 0;
    injected_ = false;
    return 0;
  }

  // Instead of the call.
  static void answer(pid_t thread, user_regs_struct& registers, long result) {
    registers.orig_rax = ~0ULL;
    registers.rax = static_cast<unsigned long long>(result);
    ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
  }

  const pid_t program_;
  std::map<pid_t, pid_t> processes_;  // by thread
  Injection injection_;
  int seen_ = 0;
  bool injected_ = false;
};

// Only these calls stop, so that all else is as fast as ever.
bool stop_at_calls() {
  std::vector<sock_filter> filter = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const long call : kCalls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int trace(char** command) {
  const pid_t program = ::fork();
  if (program == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(kSkipped);
    ::raise(SIGSTOP);
    if (!stop_at_calls()) ::_exit(kSkipped);
    ::execvp(command[0], command);
    ::_exit(127);
  }
  int status = 0;
  if (program < 0 || ::waitpid(program, &status, 0) != program) return 1;
  constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                            PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  if (WIFSTOPPED(status) && ::ptrace(PTRACE_SETOPTIONS, program, nullptr, kOptions) == 0) {
    ::ptrace(PTRACE_CONT, program, nullptr, 0);
    status = Tracer(program).run();
  }
  if (WIFSIGNALED(status)) std::printf("# the program was ended by signal %d\n", WTERMSIG(status));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

#else

int trace(char**) { return kSkipped; }

#endif

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 1;
  return trace(arguments + 1);
}
