// What this process does about signals, kept and put back. Threads: any.
#pragma once

#include <array>
#include <csignal>

namespace ringsnake::embed {

class SignalHandlers {
 public:
  void save() noexcept {
    for (int number = 1; number <= kLast; ++number)
      ::sigaction(number, nullptr, &actions_[static_cast<std::size_t>(number)]);
  }
  void restore() const noexcept {
    for (int number = 1; number <= kLast; ++number)
      ::sigaction(number, &actions_[static_cast<std::size_t>(number)], nullptr);
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
  static constexpr int kLast = 64;
  std::array<struct ::sigaction, kLast + 1> actions_{};
};

}  // namespace ringsnake::embed
