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

 private:
  static constexpr int kLast = 64;
  std::array<struct ::sigaction, kLast + 1> actions_{};
};

}  // namespace ringsnake::embed
