// Sleeps in libuv's own poll, without a helper thread, and calls back when there is something to
// do. Normative: spec/wire/ring.md §5.
//
// In uv_prepare, just before poll, the side parks; the doorbell then ends the poll; in uv_check,
// just after, it unparks and calls back, once for all that is there, and again while answers are
// awaited and come at once. An idle handle keeps poll from blocking when something is there
// already.
//
// Threads: the loop's own. Lifetime: deletes itself once stop() and libuv have finished with it;
// the Endpoint and the words must live until `on_closed`.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <utility>

#include "../core/endpoint.h"

namespace ringsnake::node {

class LoopListener {
 public:
  struct Hooks {
    // Something is ready, or (told once) the peer is gone.
    std::function<void()> on_ready;
    // The loop is about to sleep: what was put off is to be done now.
    std::function<void()> before_sleep;
    // libuv holds no reference any more.
    std::function<void()> on_closed;
  };

  // Words that JavaScript shares: what it expects, and what it may rely on.
  struct Words {
    const std::uint32_t*
        expecting;  // 1: answers are awaited; spinning may pay, and the loop must live
    const std::uint32_t* wanted;  // 0: on_ready would take nothing, so the loop may sleep
    std::uint32_t* referenced;    // 1: this listener keeps the loop alive
    std::uint32_t* gone;          // 1: the peer's end has been told
  };

  // Starts unreferenced: it alone does not keep the loop alive. Nullptr when libuv refuses.
  static LoopListener* start(uv_loop_t* loop, Endpoint& endpoint, Words words, Hooks hooks);
  void stop();
  // Keeps the loop alive from now on, until it is about to sleep with nothing expected: so a chain
  // of awaited calls pays for this once.
  void reference() noexcept;

 private:
  LoopListener(Endpoint& endpoint, Words words, Hooks hooks)
      : endpoint_(endpoint), waiter_(endpoint.waiter), words_(words), hooks_(std::move(hooks)) {}
  void meet_peer();
  void watch_peer();
  void before_poll();
  void after_poll();
  void serve_on();
  static void on_handle_closed(uv_handle_t* handle);

  Endpoint& endpoint_;
  Waiter& waiter_;
  const Words words_;
  Hooks hooks_;
  uv_prepare_t prepare_{};
  uv_check_t check_{};
  uv_idle_t idle_{};
  uv_poll_t poll_{};
  uv_poll_t meeting_poll_{};  // of the channel's socket, while the peer has not attached
  uv_poll_t peer_poll_{};     // of the peer's pidfd, once that is known
  bool awaits_peer_ = false;
  bool watches_peer_ = false;
  bool peer_ended_ = false;
  int open_handles_ = 0;
  bool stopped_ = false;
  bool spun_in_vain_ = false;
};

}  // namespace ringsnake::node
