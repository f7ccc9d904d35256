#include "loop_listener.h"

#include <chrono>
#include <utility>

namespace ringsnake::node {
namespace {

// For how long descriptors and timers wait while one answer follows the other.
constexpr auto kMostPerTurn = std::chrono::microseconds(50);

template <typename Handle>
LoopListener* owner(Handle* handle) {
  return static_cast<LoopListener*>(handle->data);
}

template <typename Handle>
void close_handle(Handle& handle, uv_close_cb on_closed) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), on_closed);
}

template <typename Handle>
void unreference(Handle& handle) {
  uv_unref(reinterpret_cast<uv_handle_t*>(&handle));
}

}  // namespace

LoopListener* LoopListener::start(uv_loop_t* loop, Endpoint& endpoint, Words words, Hooks hooks) {
  auto* const listener = new LoopListener(endpoint, words, std::move(hooks));
  // The only step that can fail comes first, while nothing needs undoing.
  if (uv_poll_init(loop, &listener->poll_, endpoint.own_doorbell.descriptor()) != 0) {
    delete listener;
    return nullptr;
  }
  uv_prepare_init(loop, &listener->prepare_);
  uv_check_init(loop, &listener->check_);
  uv_idle_init(loop, &listener->idle_);
  listener->open_handles_ = 4;
  listener->poll_.data = listener->prepare_.data = listener->check_.data = listener->idle_.data =
      listener;
  uv_poll_start(&listener->poll_, UV_READABLE,
                [](uv_poll_t* handle, int, int) { owner(handle)->endpoint_.own_doorbell.clear(); });
  uv_prepare_start(&listener->prepare_, [](uv_prepare_t* handle) { owner(handle)->before_poll(); });
  uv_check_start(&listener->check_, [](uv_check_t* handle) { owner(handle)->after_poll(); });
  unreference(listener->poll_);
  unreference(listener->prepare_);
  unreference(listener->check_);
  unreference(listener->idle_);
  listener->watch_peer();
  if (endpoint.awaits_peer() &&
      uv_poll_init(loop, &listener->meeting_poll_, endpoint.meeting_descriptor()) == 0) {
    listener->awaits_peer_ = true;
    listener->open_handles_ += 1;
    listener->meeting_poll_.data = listener;
    uv_poll_start(&listener->meeting_poll_, UV_READABLE,
                  [](uv_poll_t* handle, int, int) { owner(handle)->meet_peer(); });
    unreference(listener->meeting_poll_);
  }
  return listener;
}

void LoopListener::meet_peer() {
  // An error: it went away before it had answered, so nobody will come.
  if (!endpoint_.meet().is_ok()) peer_ended_ = true;
  if (endpoint_.awaits_peer() && !peer_ended_) return;
  uv_poll_stop(&meeting_poll_);
  watch_peer();
}

void LoopListener::watch_peer() {
  if (watches_peer_ || !waiter_.peer().known() ||
      uv_poll_init(poll_.loop, &peer_poll_, waiter_.peer().descriptor()) != 0) {
    return;
  }
  watches_peer_ = true;
  open_handles_ += 1;
  peer_poll_.data = this;
  uv_poll_start(&peer_poll_, UV_READABLE, [](uv_poll_t* handle, int, int) {
    // It stays readable, and once is enough.
    uv_poll_stop(handle);
    owner(handle)->peer_ended_ = true;
  });
  unreference(peer_poll_);
}

void LoopListener::stop() {
  if (std::exchange(stopped_, true)) return;
  if (awaits_peer_) close_handle(meeting_poll_, on_handle_closed);
  if (watches_peer_) close_handle(peer_poll_, on_handle_closed);
  waiter_.unpark();
  close_handle(poll_, on_handle_closed);
  close_handle(prepare_, on_handle_closed);
  close_handle(check_, on_handle_closed);
  close_handle(idle_, on_handle_closed);
}

void LoopListener::on_handle_closed(uv_handle_t* handle) {
  LoopListener* const listener = owner(handle);
  if (--listener->open_handles_ > 0) return;
  const auto on_closed = std::move(listener->hooks_.on_closed);
  delete listener;
  on_closed();
}

void LoopListener::reference() noexcept {
  if (stopped_) return;
  uv_ref(reinterpret_cast<uv_handle_t*>(&poll_));
  *words_.referenced = 1;
}

void LoopListener::before_poll() {
  // Someone else may have made them meet. From then on the socket is for who borrows.
  if (awaits_peer_ && !watches_peer_ && !endpoint_.awaits_peer()) meet_peer();
  const bool expecting = *words_.expecting != 0;
  if (!expecting && *words_.referenced != 0) {
    unreference(poll_);
    *words_.referenced = 0;
  }
  hooks_.before_sleep();
  const bool in_vain = std::exchange(spun_in_vain_, false);
  // Who wants nothing is not to be roused either: the peer makes no system call for it.
  if (*words_.wanted == 0) return;
  // What else the loop has to do is not kept waiting by a spin. For parking this hint of libuv is
  // not trusted: it is also given when poll does block, and a side that sleeps without having
  // parked is never woken.
  const bool may_spin = expecting && !in_vain && uv_backend_timeout(poll_.loop) != 0;
  if ((may_spin && waiter_.spin()) || !waiter_.park_in_loop()) {
    uv_idle_start(&idle_, [](uv_idle_t*) {});
  }
}

void LoopListener::after_poll() {
  waiter_.unpark();
  uv_idle_stop(&idle_);
  // What its process says counts more than its word, so meet it before that is asked.
  if (awaits_peer_ && !watches_peer_) meet_peer();
  const bool gone = waiter_.peer_gone(peer_ended_);
  if (gone) *words_.gone = 1;
  if (!gone && (*words_.wanted == 0 || !waiter_.ready())) return;
  hooks_.on_ready();
  serve_on();
}

void LoopListener::serve_on() {
  // A turn of the loop, with its system call, costs several times what an answer does that comes at
  // once.
  const auto end = Waiter::Clock::now() + kMostPerTurn;
  // What else the loop has to do now comes first.
  while (!stopped_ && *words_.expecting != 0 && uv_backend_timeout(poll_.loop) != 0 &&
         Waiter::Clock::now() < end) {
    if (!waiter_.spin()) {
      spun_in_vain_ = true;
      return;
    }
    hooks_.on_ready();
  }
}

}  // namespace ringsnake::node
