#include "peer.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "shared_memory.h"

namespace ringsnake {
namespace {

// Older libc headers lack the name; the value is part of the kernel's interface.
constexpr auto kWaitByPidfd = static_cast<idtype_t>(3);

int pidfd_open(int pid) noexcept { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

// Whether the process ended within that time. A poll that fails, as for want of memory, says no
// such thing.
bool wait_for_end(int descriptor, int timeout_ms) noexcept {
  pollfd watched{descriptor, POLLIN, 0};
  int ready = 0;
  do {
    ready = ::poll(&watched, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// Between two attempts to poll, when that fails.
constexpr useconds_t kRetryUs = 10'000;

// Between two looks at who our parent is, where the kernel gives no pidfd.
constexpr int kParentLookMs = 100;

// What a thread waits for, and how long it goes on waiting in its own way.
struct Watch {
  OwnedDescriptor descriptor;
  int grace_ms;
  // 0 when the descriptor tells.
  int parent_pid = 0;
};

void* watch_parent(void* argument) {
  const auto* const watch = static_cast<Watch*>(argument);
  if (watch->parent_pid == 0) {
    while (!wait_for_end(watch->descriptor.get(), -1)) ::usleep(kRetryUs);
  } else {
    while (::getppid() == watch->parent_pid) ::poll(nullptr, 0, kParentLookMs);
  }
  // The event loop sees the control socket close and ends in good order, if it can, within the
  // grace time.
  ::poll(nullptr, 0, watch->grace_ms);
  ::_exit(128 + SIGKILL);
}

void* watch_orphan(void* argument) {
  const std::unique_ptr<Watch> watch(static_cast<Watch*>(argument));
  const int descriptor = watch->descriptor.get();
  if (!wait_for_end(descriptor, watch->grace_ms)) {
    ::syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, nullptr, 0);
    // An event loop has made the descriptor non-blocking, and waitid() with it.
    while (!wait_for_end(descriptor, -1)) ::usleep(kRetryUs);
  }
  siginfo_t information{};
  ::waitid(kWaitByPidfd, static_cast<id_t>(descriptor), &information, WEXITED);
  return nullptr;
}

// A thread that nobody joins, and which deletes its Watch.
Status start_watch(void* (*body)(void*), Watch what) noexcept {
  std::unique_ptr<Watch> watch(new (std::nothrow) Watch(std::move(what)));
  if (watch == nullptr) return Status::system("memory for a watch", ENOMEM);
  // All signals blocked in the new thread: the interpreter expects them on its main thread.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  if (const int failure = ::pthread_sigmask(SIG_SETMASK, &all, &before); failure != 0) {
    return Status::system("keeping signals from a watch", failure);
  }
  pthread_t thread{};
  const int failure = ::pthread_create(&thread, nullptr, body, watch.get());
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) return Status::system("a thread for a watch", failure);
  [[maybe_unused]] const Watch* const handed_over = watch.release();
  ::pthread_detach(thread);
  return Status::ok();
}

}  // namespace

Status Peer::open(int pid, Peer* out) noexcept {
  const int descriptor = pidfd_open(pid);
  if (descriptor < 0) return Status::system("pidfd_open of the peer", errno);
  *out = Peer(descriptor);
  return Status::ok();
}

Peer::Peer(Peer&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}

Peer& Peer::operator=(Peer&& from) noexcept {
  std::swap(descriptor_, from.descriptor_);
  return *this;
}

Peer::~Peer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Peer::ended_within(std::chrono::milliseconds time) const noexcept {
  return descriptor_ >= 0 && wait_for_end(descriptor_, static_cast<int>(time.count()));
}

std::optional<PeerExit> Peer::exit_status() const noexcept {
  siginfo_t information{};
  // WNOWAIT: whoever started the process (libuv, subprocess) still gets to reap it.
  if (::waitid(kWaitByPidfd, static_cast<id_t>(descriptor_), &information,
               WEXITED | WNOHANG | WNOWAIT) != 0 ||
      information.si_pid == 0) {
    return std::nullopt;
  }
  if (information.si_code == CLD_EXITED) return PeerExit{information.si_status, 0};
  return PeerExit{-1, information.si_status};
}

Status Peer::reap_later(int grace_ms) const noexcept {
  OwnedDescriptor descriptor(::fcntl(descriptor_, F_DUPFD_CLOEXEC, 3));
  if (descriptor.get() < 0) return Status::system("duplicating a pidfd", errno);
  return start_watch(watch_orphan, {std::move(descriptor), grace_ms});
}

Status exit_with_parent(int parent_pid, int grace_ms) noexcept {
  OwnedDescriptor descriptor(pidfd_open(parent_pid));
  const int error = descriptor.get() < 0 ? errno : 0;
  // Asked after opening: if the parent died before, we were given to another one by now.
  if (error == ESRCH || ::getppid() != parent_pid) ::_exit(128 + SIGKILL);
  // Some containers and old kernels refuse (EPERM, ENOSYS); an orphan is given to another parent at
  // once.
  const int looked_at = error == 0 ? 0 : parent_pid;
  return start_watch(watch_parent, {std::move(descriptor), grace_ms, looked_at});
}

}  // namespace ringsnake
