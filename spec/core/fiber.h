// A stack of its own that runs until it gives way: a thread whose every step the explorer decides.
//
// Made once (makecontext), then switched by _setjmp and _longjmp, which make no system call: an
// explorer starts millions of them. A fiber may be abandoned anywhere and started again from its
// top: nothing on its stack is destroyed, so nothing there may own memory.
//
// _longjmp across stacks is refused by a fortified C library: a program that includes this defines
// no _FORTIFY_SOURCE.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstddef>
#include <memory>

namespace ringsnake::spec {

class Fiber {
 public:
  // `body` must never return: its last act is to resume someone else.
  using Body = void (*)(int argument);

  Fiber(Body body, int argument) noexcept
      : body_(body), argument_(argument), stack_(std::make_unique<std::byte[]>(kStackBytes)) {
    ::getcontext(&context_);
    context_.uc_stack.ss_sp = stack_.get();
    context_.uc_stack.ss_size = kStackBytes;
    context_.uc_link = nullptr;
    starting = this;
    ::makecontext(&context_, &Fiber::enter, 0);
    ::swapcontext(&maker_, &context_);
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  int argument() const noexcept { return argument_; }
  // The next resume() begins at the top.
  void restart() noexcept { inside_ = false; }
  // Goes on where it gave way. Does not return: the caller has kept its own place before.
  [[noreturn]] void resume() noexcept {
    if (!inside_) {
      inside_ = true;
      ::_longjmp(top_, 1);
    }
    ::_longjmp(place_, 1);
  }
  // From inside: keeps this place and resumes `next`; returns when this fiber is resumed.
  [[gnu::noinline]] void give_way(Fiber& next) noexcept {
    if (::_setjmp(place_) == 0) next.resume();
  }

 private:
  static constexpr std::size_t kStackBytes = std::size_t{128} * 1024;

  static void enter() noexcept { starting->run(); }
  [[gnu::noinline]] void run() noexcept {
    if (::_setjmp(top_) == 0) ::setcontext(&maker_);
    body_(argument_);
  }

  static inline Fiber* starting = nullptr;

  const Body body_;
  const int argument_;
  const std::unique_ptr<std::byte[]> stack_;
  ucontext_t context_;
  ucontext_t maker_;
  jmp_buf top_;
  jmp_buf place_;
  bool inside_ = false;
};

}  // namespace ringsnake::spec
