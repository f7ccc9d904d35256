// Sending, receiving and waiting of the JavaScript class `Endpoint`.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <thread>

#include "arguments.h"
#include "endpoint_object.h"
#include "exchange.h"

namespace ringsnake::node {
namespace {

constexpr double kNoRoom = -1;
// Bytes of room that the producer may have to wait for a little longer.
constexpr std::size_t kOwedMost = 4096;
// How often a blocked thread looks whether it is to end. Wake-ups by the peer do not depend on it.
constexpr auto kLook = std::chrono::milliseconds(250);

// Whether worker.terminate(), or the end of the process, waits for this thread: Node-API refuses
// then whatever could run JavaScript.
bool is_being_terminated(Napi::Env env) {
  const Napi::Value value = env.Undefined();
  bool same = false;
  return napi_strict_equals(env, value, value, &same) != napi_ok;
}

}  // namespace

Napi::Value EndpointObject::max_payload(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), state_ ? state_->producer.max_payload() : 0);
}

std::optional<std::span<std::byte>> EndpointObject::claim(std::uint32_t length) {
  if (!state_ || length > state_->producer.max_payload()) return std::nullopt;
  if (publish()) state_->waiter.wake_after_commit();
  exchange_data_[exchange::kLimit] = 0;
  const auto room = state_->producer.try_claim(length);
  // The next look is to find out why.
  if (!room && state_->producer.broken()) tell_next();
  return room;
}

Napi::Value EndpointObject::try_claim(const Napi::CallbackInfo& info) {
  const auto room = claim(to_uint32(info[0]));
  if (!room) return Napi::Number::New(info.Env(), kNoRoom);
  exchange_data_[exchange::kRoom] = static_cast<std::uint32_t>(room->size());
  return Napi::Number::New(info.Env(),
                           static_cast<double>(room->data() - state_->region()->data()));
}

void EndpointObject::commit(const Napi::CallbackInfo& info) {
  if (state_) state_->producer.commit(to_uint32(info[0]));
}

void EndpointObject::abort(const Napi::CallbackInfo&) {
  if (state_) state_->producer.abort();
}

bool EndpointObject::publish() {
  const std::uint32_t count = std::min(exchange_data_[exchange::kOpen], kBatch);
  if (count == 0) return false;
  exchange_data_[exchange::kOpen] = 0;
  exchange_data_[exchange::kLimit] = 0;
  state_->producer.commit_batch({exchange_data_ + exchange::kLengths, count});
  return true;
}

bool EndpointObject::settle() {
  if (!state_) return false;
  const bool published = publish();
  const bool owed = exchange_data_[exchange::kOwed] != 0;
  if (owed) {
    exchange_data_[exchange::kOwed] = 0;
    state_->consumer.release();
  }
  // A peer that sleeps for want of room is woken by a record, too.
  if (published) {
    state_->waiter.wake_after_commit();
  } else if (owed) {
    state_->waiter.wake_after_release();
  }
  return published;
}

bool EndpointObject::open_batch_of(std::uint32_t length) {
  const auto room = claim(length);
  if (!room) return false;
  const auto at = static_cast<std::uint32_t>(room->data() - state_->region()->data());
  exchange_data_[exchange::kAt] = at;
  exchange_data_[exchange::kLimit] = at + static_cast<std::uint32_t>(room->size());
  return true;
}

Napi::Value EndpointObject::open_batch(const Napi::CallbackInfo& info) {
  settle();
  return Napi::Boolean::New(info.Env(), open_batch_of(to_uint32(info[0])));
}

void EndpointObject::flush(const Napi::CallbackInfo&) {
  // The next message seldom needs more than what lies behind this one.
  if (settle()) open_batch_of(0);
}

Napi::Value EndpointObject::unread_messages(const Napi::CallbackInfo& info) {
  const Napi::Array places = Napi::Array::New(info.Env());
  if (!state_) return places;
  publish();
  const std::byte* const base = state_->region()->data();
  std::uint32_t count = 0;
  state_->producer.visit_unread([&](std::span<const std::byte> payload, RecordKind kind) {
    if (kind != RecordKind::kMessage) return;
    places.Set(count++, static_cast<double>(payload.data() - base));
    places.Set(count++, static_cast<double>(payload.size()));
  });
  return places;
}

void EndpointObject::wake_peer(const Napi::CallbackInfo&) {
  settle();
  if (state_) state_->waiter.wake_after_commit();
}

void EndpointObject::want_room(const Napi::CallbackInfo& info) {
  if (!state_) return;
  const std::uint32_t length = to_uint32(info[0]);
  state_->waiter.want_room(length == 0 ? std::nullopt : std::optional(length));
}

void EndpointObject::tell_next() {
  const bool broken = state_->consumer.broken() || state_->producer.broken();
  // At the beginning of the region there is a word that is never zero, so that JavaScript asks.
  const std::ptrdiff_t at = broken ? 0 : state_->consumer.next() - state_->region()->data();
  exchange_data_[exchange::kNext] = static_cast<std::uint32_t>(at) / sizeof(std::uint32_t);
}

void EndpointObject::peek_batch() {
  std::uint32_t count = 0;
  std::size_t bytes = 0;
  exchange_data_[exchange::kBulk] = 0;
  const std::byte* const start = state_->region()->data();
  while (count < kBatch) {
    const auto record = state_->consumer.peek();
    if (!record) break;
    if (record->kind == RecordKind::kBulk) {
      bulk_reference_ = record->payload;
      exchange_data_[exchange::kBulk] = 1;
      break;
    }
    std::uint32_t* const described = exchange_data_ + exchange::kRecords + std::size_t{2} * count;
    described[0] = static_cast<std::uint32_t>(record->payload.data() - start);
    described[1] = static_cast<std::uint32_t>(record->payload.size());
    bytes += record->payload.size();
    ++count;
  }
  exchange_data_[exchange::kCount] = count;
  const bool all = count < kBatch && exchange_data_[exchange::kBulk] == 0;
  exchange_data_[exchange::kOwable] = all && bytes < kOwedMost ? 1 : 0;
  tell_next();
}

bool EndpointObject::has_untaken() const noexcept {
  return (exchange_data_[exchange::kCount] | exchange_data_[exchange::kBulk]) != 0;
}

void EndpointObject::look() {
  if (!state_ || has_untaken()) return;
  settle();
  peek_batch();
}

Napi::Value EndpointObject::peek(const Napi::CallbackInfo& info) {
  look();
  return Napi::Number::New(info.Env(), state_ ? exchange_data_[exchange::kCount] : 0);
}

Napi::Value EndpointObject::receive(const Napi::CallbackInfo& info) {
  const WaitResult result = wait_for(info.Env(), info[0].As<Napi::Number>().DoubleValue());
  if (result != WaitResult::kReady) {
    return Napi::Number::New(info.Env(), -static_cast<int>(result));
  }
  return peek(info);
}

void EndpointObject::release(const Napi::CallbackInfo&) {
  if (!state_) return;
  exchange_data_[exchange::kCount] = 0;
  exchange_data_[exchange::kBulk] = 0;
  exchange_data_[exchange::kOwed] = 1;
  settle();
}

Napi::Value EndpointObject::broken(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(),
                            state_ && (state_->consumer.broken() || state_->producer.broken()));
}

WaitResult EndpointObject::wait_for(Napi::Env env, double timeout_ms) {
  if (!state_) return WaitResult::kPeerClosed;
  if (settle()) open_batch_of(0);
  // What is there already, or comes at once, needs no clock.
  if (has_untaken() || state_->waiter.spin()) return WaitResult::kReady;
  std::optional<Waiter::Clock::time_point> deadline;
  if (timeout_ms >= 0) {
    deadline = Waiter::Clock::now() +
               std::chrono::nanoseconds(static_cast<std::int64_t>(timeout_ms * 1e6));
  }
  while (true) {
    const auto look = Waiter::Clock::now() + kLook;
    const bool is_last = deadline && *deadline <= look;
    const WaitResult result = state_->sleep_until(is_last ? *deadline : look);
    // Node runs its signal handlers on the loop, so an interruption has nothing to do here.
    const bool goes_on =
        result == WaitResult::kInterrupted || (result == WaitResult::kTimedOut && !is_last);
    if (!goes_on) return result;
    if (is_being_terminated(env)) return WaitResult::kTimedOut;
  }
}

Napi::Value EndpointObject::wait(const Napi::CallbackInfo& info) {
  const WaitResult result = wait_for(info.Env(), info[0].As<Napi::Number>().DoubleValue());
  return Napi::Number::New(info.Env(), static_cast<double>(result));
}

void EndpointObject::pause(const Napi::CallbackInfo& info) {
  settle();
  std::this_thread::sleep_for(
      std::chrono::duration<double, std::milli>(info[0].As<Napi::Number>().DoubleValue()));
}

Napi::Value EndpointObject::lend(const Napi::CallbackInfo& info) {
  const auto room = claim(wire::kBulkReferenceBytes);
  if (!room || !bulk_) return Napi::Boolean::New(info.Env(), false);
  bulk_->lend(to_uint32(info[0]), info[1].As<Napi::Number>().DoubleValue(), *room);
  return Napi::Boolean::New(info.Env(), true);
}

}  // namespace ringsnake::node
