// What this process does about signals, kept and put back. Threads: any.
#pragma once

#include <dlfcn.h>

#include <array>
#include <csignal>

namespace ringsnake::embed {

class SignalHandlers {
 public:
  void save() noexcept {
    for (int number = 1; number <= kLast; ++number)
      ::sigaction(number, nullptr, &actions_[static_cast<std::size_t>(number)]);
  }
  // Of what has changed meanwhile, only what `library` did: handlers in it, and signals that
  // CPython ignores at its start. The program may have set others of its own.
  void take_back(const void* library) const noexcept {
    for (int number = 1; number <= kLast; ++number) {
      struct ::sigaction now{};
      const struct ::sigaction& before = actions_[static_cast<std::size_t>(number)];
      if (::sigaction(number, nullptr, &now) != 0) continue;
      const bool is_ignored = (number == SIGPIPE || number == SIGXFSZ) && now.sa_handler == SIG_IGN;
      if (is_ignored || is_in(library, now)) ::sigaction(number, &before, nullptr);
    }
  }

  // In a child of fork(): the program's handlers write into the pipes of its event loops, and so
  // would tell it of signals that the child gets.
  static void forget_in_child() noexcept {
    for (int number = 1; number <= kLast; ++number) {
      struct ::sigaction action{};
      if (::sigaction(number, nullptr, &action) != 0) continue;
      if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) ::signal(number, SIG_DFL);
    }
  }

 private:
  static bool is_in(const void* library, const struct ::sigaction& action) noexcept {
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return false;
    ::Dl_info place{};
    return ::dladdr(reinterpret_cast<const void*>(action.sa_handler), &place) != 0 &&
           place.dli_fbase == library;
  }

  static constexpr int kLast = 64;
  std::array<struct ::sigaction, kLast + 1> actions_{};
};

}  // namespace ringsnake::embed
