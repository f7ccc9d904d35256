#include "endpoint_object.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "doorbell_object.h"
#include "region_object.h"
#include "throw_status.h"

namespace ringsnake::node {
namespace {

// Records handed over per crossing into JavaScript; enough that the crossing costs nothing per
// record.
constexpr std::uint32_t kBatch = 64;

// Words of the exchange, the array that saves a crossing where a number will do. Twin: `Exchange`
// in lib/native.ts.
constexpr std::uint32_t kRoom = 0;        // native writes: payload bytes of the open claim
constexpr std::uint32_t kExpecting = 1;   // JavaScript writes: 1 while answers are awaited
constexpr std::uint32_t kReferenced = 2;  // native writes: 1 while the event loop is kept alive
constexpr std::uint32_t kRecords = 3;     // native writes: offset and length of each peeked record
constexpr std::uint32_t kExchangeWords = kRecords + 2 * kBatch;

constexpr double kNoRoom = -1;

std::uint32_t to_uint32(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

Status duplicate(const Doorbell& doorbell, Doorbell* out) {
  const int descriptor = ::fcntl(doorbell.descriptor(), F_DUPFD_CLOEXEC, 3);
  if (descriptor < 0) return Status::system("duplicating a doorbell", errno);
  *out = Doorbell(descriptor);
  return Status::ok();
}

}  // namespace

Napi::Function EndpointObject::define(Napi::Env env) {
  return DefineClass(env, "Endpoint",
                     {
                         InstanceAccessor<&EndpointObject::max_payload>("maxPayload"),
                         InstanceMethod<&EndpointObject::try_claim>("tryClaim"),
                         InstanceMethod<&EndpointObject::commit>("commit"),
                         InstanceMethod<&EndpointObject::abort>("abort"),
                         InstanceMethod<&EndpointObject::wake_peer>("wakePeer"),
                         InstanceMethod<&EndpointObject::want_room>("wantRoom"),
                         InstanceMethod<&EndpointObject::peek>("peek"),
                         InstanceMethod<&EndpointObject::release>("release"),
                         InstanceAccessor<&EndpointObject::broken>("broken"),
                         InstanceMethod<&EndpointObject::watch_peer>("watchPeer"),
                         InstanceMethod<&EndpointObject::peer_exit>("peerExit"),
                         InstanceMethod<&EndpointObject::wait>("wait"),
                         InstanceMethod<&EndpointObject::listen>("listen"),
                         InstanceMethod<&EndpointObject::reference>("reference"),
                         InstanceMethod<&EndpointObject::close>("close"),
                     });
}

EndpointObject::EndpointObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<EndpointObject>(info) {
  const Napi::Env env = info.Env();
  const auto* const data = env.GetInstanceData<EnvironmentData>();
  const bool valid =
      info.Length() == 4 && info[0].IsObject() &&
      info[0].As<Napi::Object>().InstanceOf(data->region_class.Value()) && info[2].IsObject() &&
      info[2].As<Napi::Object>().InstanceOf(data->doorbell_class.Value()) && info[3].IsObject() &&
      info[3].As<Napi::Object>().InstanceOf(data->doorbell_class.Value());
  if (!valid) {
    throw_if_failed(env,
                    Status::invalid("an Endpoint takes (region, side, ownDoorbell, peerDoorbell)"));
    return;
  }
  region_ = RegionObject::Unwrap(info[0].As<Napi::Object>())->region();
  if (!region_) {
    throw_if_failed(env, Status::invalid("the region is closed"));
    return;
  }
  side_ = to_uint32(info[1]) == 0 ? Side::kCreator : Side::kAttacher;
  Doorbell own;
  Doorbell peer;
  if (throw_if_failed(
          env, duplicate(DoorbellObject::Unwrap(info[2].As<Napi::Object>())->doorbell(), &own)) ||
      throw_if_failed(
          env, duplicate(DoorbellObject::Unwrap(info[3].As<Napi::Object>())->doorbell(), &peer))) {
    return;
  }
  state_ = std::make_shared<Endpoint>(region_, side_, std::move(own), std::move(peer));
  auto exchange = Napi::Uint32Array::New(env, kExchangeWords);
  exchange_data_ = exchange.Data();
  exchange_ = Napi::Persistent(exchange);
  info.This().As<Napi::Object>().Set("exchange", exchange);
}

EndpointObject::~EndpointObject() { stop_listening(); }

Napi::Value EndpointObject::max_payload(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), state_ ? state_->producer.max_payload() : 0);
}

Napi::Value EndpointObject::try_claim(const Napi::CallbackInfo& info) {
  const std::uint32_t length = to_uint32(info[0]);
  if (!state_ || length > state_->producer.max_payload())
    return Napi::Number::New(info.Env(), kNoRoom);
  const auto room = state_->producer.try_claim(length);
  if (!room) return Napi::Number::New(info.Env(), kNoRoom);
  exchange_data_[kRoom] = static_cast<std::uint32_t>(room->size());
  return Napi::Number::New(info.Env(), static_cast<double>(room->data() - region_->data()));
}

void EndpointObject::commit(const Napi::CallbackInfo& info) {
  if (state_) state_->producer.commit(to_uint32(info[0]));
}

void EndpointObject::abort(const Napi::CallbackInfo&) {
  if (state_) state_->producer.abort();
}

void EndpointObject::wake_peer(const Napi::CallbackInfo&) {
  if (state_) state_->waiter.wake_after_commit();
}

void EndpointObject::want_room(const Napi::CallbackInfo& info) {
  if (!state_) return;
  const std::uint32_t length = to_uint32(info[0]);
  state_->waiter.want_room(length == 0 ? std::nullopt : std::optional(length));
}

Napi::Value EndpointObject::peek(const Napi::CallbackInfo& info) {
  std::uint32_t count = 0;
  while (state_ && count < kBatch) {
    const auto record = state_->consumer.peek();
    if (!record) break;
    exchange_data_[kRecords + 2 * count] =
        static_cast<std::uint32_t>(record->data() - region_->data());
    exchange_data_[kRecords + 1 + 2 * count] = static_cast<std::uint32_t>(record->size());
    ++count;
  }
  return Napi::Number::New(info.Env(), count);
}

void EndpointObject::release(const Napi::CallbackInfo&) {
  if (!state_) return;
  state_->consumer.release();
  state_->waiter.wake_after_release();
}

Napi::Value EndpointObject::broken(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(),
                            state_ && (state_->consumer.broken() || state_->producer.broken()));
}

void EndpointObject::watch_peer(const Napi::CallbackInfo& info) {
  Peer peer;
  if (!state_ ||
      throw_if_failed(info.Env(), Peer::open(info[0].As<Napi::Number>().Int32Value(), &peer))) {
    return;
  }
  state_->waiter.watch(std::move(peer));
}

Napi::Value EndpointObject::peer_exit(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto exit = state_ ? state_->waiter.peer().exit_status() : std::nullopt;
  if (!exit) return env.Undefined();
  const Napi::Object result = Napi::Object::New(env);
  result.Set("exitCode", exit->exit_code);
  result.Set("signal", exit->signal);
  return result;
}

Napi::Value EndpointObject::wait(const Napi::CallbackInfo& info) {
  const double timeout_ms = info[0].As<Napi::Number>().DoubleValue();
  std::optional<Waiter::Clock::time_point> deadline;
  if (timeout_ms >= 0) {
    deadline = Waiter::Clock::now() +
               std::chrono::nanoseconds(static_cast<std::int64_t>(timeout_ms * 1e6));
  }
  auto result = WaitResult::kPeerDied;
  if (state_) {
    // Node runs its signal handlers on the loop, so an interruption has nothing to do here.
    do {
      result = state_->waiter.wait(deadline);
    } while (result == WaitResult::kInterrupted);
  }
  return Napi::Number::New(info.Env(), static_cast<double>(result));
}

void EndpointObject::listen(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!state_ || listening_) return;
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    throw_if_failed(env, Status::invalid("this environment has no event loop"));
    return;
  }
  const auto link = std::make_shared<ListenerLink>();
  link->state = state_;
  link->listener = LoopListener::start(
      loop, state_->waiter, state_->own_doorbell,
      {&exchange_data_[kExpecting], &exchange_data_[kReferenced]},
      {[this] { deliver(); }, [link] { napi_remove_async_cleanup_hook(link->cleanup_hook); }});
  if (link->listener == nullptr) {
    throw_if_failed(env, Status::system("uv_poll_init on the doorbell", EINVAL));
    return;
  }
  // Delays the end of a worker_threads thread until libuv has let go of our handles.
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle, void* data) { static_cast<ListenerLink*>(data)->stop(); },
      link.get(), &link->cleanup_hook);
  listening_ = link;
  on_ready_ = Napi::Persistent(info[0].As<Napi::Function>());
  async_context_ = std::make_unique<Napi::AsyncContext>(env, "ringsnake");
}

void EndpointObject::deliver() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  // The plain call: the wrapper would throw what this returns, which aborts in an environment that
  // is being terminated.
  const napi_status status =
      napi_make_callback(env, *async_context_, Value(), on_ready_.Value(), 0, nullptr, nullptr);
  bool thrown = false;
  if (status != napi_pending_exception || napi_is_exception_pending(env, &thrown) != napi_ok ||
      !thrown)
    return;
  napi_value error = nullptr;
  // Nobody is above us on the stack: this is an uncaught exception like any other.
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

void EndpointObject::reference(const Napi::CallbackInfo&) {
  if (listening_ && listening_->listener != nullptr) listening_->listener->reference();
}

void EndpointObject::stop_listening() {
  if (listening_) listening_->stop();
}

void EndpointObject::close(const Napi::CallbackInfo&) {
  // The callback and its context stay: close() may have been called from within them.
  stop_listening();
  // The state goes when libuv has let go of the listener, which holds the link until then.
  listening_.reset();
  state_.reset();
  region_.reset();
}

}  // namespace ringsnake::node
