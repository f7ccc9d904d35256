// Sleeps in libuv's own poll, without a helper thread, and calls back when there is something to do.
// Normative: spec/wire/ring.md §5.
//
// In uv_prepare, just before poll, the side parks; the doorbell then ends the poll; in uv_check, just after, it
// unparks and calls back once per turn of the loop. An idle handle keeps poll from blocking when something is there
// already.
//
// Threads: the loop's own. Lifetime: deletes itself once stop() and libuv have finished with it; the Endpoint's
// waiter and doorbell must live until `on_closed`.
#pragma once

#include <uv.h>

#include <functional>

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

  // Starts unreferenced: it alone does not keep the loop alive. Nullptr when libuv refuses.
  static LoopListener* start(uv_loop_t* loop, Waiter& waiter, const Doorbell& own_doorbell, Hooks hooks);
  void stop();
  // Keeps the loop alive, or not.
  void reference(bool keep) noexcept;
  // Answers are awaited: spinning before the sleep may pay.
  void expect(bool answers) noexcept { expecting_ = answers; }

 private:
  LoopListener(Waiter& waiter, const Doorbell& own_doorbell, Hooks hooks)
      : waiter_(waiter), own_doorbell_(own_doorbell), hooks_(std::move(hooks)) {}
  void before_poll();
  void after_poll();
  static void on_handle_closed(uv_handle_t* handle);

  Waiter& waiter_;
  const Doorbell& own_doorbell_;
  Hooks hooks_;
  uv_prepare_t prepare_{};
  uv_check_t check_{};
  uv_idle_t idle_{};
  uv_poll_t poll_{};
  int open_handles_ = 0;
  bool expecting_ = false;
  bool stopped_ = false;
};

}  // namespace ringsnake::node
