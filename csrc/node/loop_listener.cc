#include "loop_listener.h"

#include <utility>

namespace ringsnake::node {
namespace {

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

LoopListener* LoopListener::start(uv_loop_t* loop, Waiter& waiter, const Doorbell& own_doorbell,
                                  Words words, Hooks hooks) {
  auto* const listener = new LoopListener(waiter, own_doorbell, words, std::move(hooks));
  // The only step that can fail comes first, while nothing needs undoing.
  if (uv_poll_init(loop, &listener->poll_, own_doorbell.descriptor()) != 0) {
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
                [](uv_poll_t* handle, int, int) { owner(handle)->own_doorbell_.clear(); });
  uv_prepare_start(&listener->prepare_, [](uv_prepare_t* handle) { owner(handle)->before_poll(); });
  uv_check_start(&listener->check_, [](uv_check_t* handle) { owner(handle)->after_poll(); });
  unreference(listener->poll_);
  unreference(listener->prepare_);
  unreference(listener->check_);
  unreference(listener->idle_);
  return listener;
}

void LoopListener::stop() {
  if (std::exchange(stopped_, true)) return;
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
  const bool expecting = *words_.expecting != 0;
  if (!expecting && *words_.referenced != 0) {
    unreference(poll_);
    *words_.referenced = 0;
  }
  // The hint of libuv that poll will not block is not trusted: it is also given when poll does
  // block, and a side that sleeps without having parked is never woken.
  if ((expecting && waiter_.spin()) || !waiter_.park_in_loop()) {
    uv_idle_start(&idle_, [](uv_idle_t*) {});
  }
}

void LoopListener::after_poll() {
  waiter_.unpark();
  uv_idle_stop(&idle_);
  if (waiter_.ready()) hooks_.on_ready();
}

}  // namespace ringsnake::node
