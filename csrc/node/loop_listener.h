// Sleeps in libuv's own poll, without a helper thread, and calls back when there is something to
// do. Normative: spec/wire/ring.md §5.
//
// In uv_prepare, just before poll, the side parks; the doorbell then ends the poll; in uv_check,
// just after, it unparks and calls back once per turn of the loop. An idle handle keeps poll from
// blocking when something is there already.
//
// Threads: the loop's own. Lifetime: deletes itself once stop() and libuv have finished with it;
// the Endpoint's waiter, doorbell and words must live until `on_closed`.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <utility>

#include "../core/doorbell.h"
#include "../core/waiter.h"

namespace ringsnake::node {

class LoopListener {
 public:
  struct Hooks {
    // Something is ready; called at most once per turn of the loop.
    std::function<void()> on_ready;
    // libuv holds no reference any more.
    std::function<void()> on_closed;
  };

  // Two words that JavaScript shares: what it expects, and what it may rely on.
  struct Words {
    const std::uint32_t*
        expecting;              // 1: answers are awaited; spinning may pay, and the loop must live
    std::uint32_t* referenced;  // 1: this listener keeps the loop alive
  };

  // Starts unreferenced: it alone does not keep the loop alive. Nullptr when libuv refuses.
  static LoopListener* start(uv_loop_t* loop, Waiter& waiter, const Doorbell& own_doorbell,
                             Words words, Hooks hooks);
  void stop();
  // Keeps the loop alive from now on, until it is about to sleep with nothing expected: so a chain
  // of awaited calls pays for this once.
  void reference() noexcept;

 private:
  LoopListener(Waiter& waiter, const Doorbell& own_doorbell, Words words, Hooks hooks)
      : waiter_(waiter), own_doorbell_(own_doorbell), words_(words), hooks_(std::move(hooks)) {}
  void before_poll();
  void after_poll();
  static void on_handle_closed(uv_handle_t* handle);

  Waiter& waiter_;
  const Doorbell& own_doorbell_;
  const Words words_;
  Hooks hooks_;
  uv_prepare_t prepare_{};
  uv_check_t check_{};
  uv_idle_t idle_{};
  uv_poll_t poll_{};
  int open_handles_ = 0;
  bool stopped_ = false;
};

}  // namespace ringsnake::node
