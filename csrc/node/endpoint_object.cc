#include "endpoint_object.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "doorbell_object.h"
#include "region_object.h"
#include "throw_status.h"

namespace ringsnake::node {
namespace {

// Records handed over per crossing into JavaScript; enough that the crossing costs nothing per
// record.
constexpr std::uint32_t kBatch = 256;

// Words of the exchange, the array that saves a crossing where a number will do. Twin: `Exchange`
// in lib/native.ts.
constexpr std::uint32_t kRoom = 0;        // native writes: payload bytes of the open claim
constexpr std::uint32_t kExpecting = 1;   // JavaScript writes: 1 while answers are awaited
constexpr std::uint32_t kReferenced = 2;  // native writes: 1 while the event loop is kept alive
constexpr std::uint32_t kBulk = 3;        // native writes: 1 when peek() stopped at a bulk message
constexpr std::uint32_t kGone = 4;        // native writes: 1 once the peer's end was told
constexpr std::uint32_t kRecords = 5;     // native writes: offset and length of each peeked record
constexpr std::uint32_t kLengths = kRecords + 2 * kBatch;  // JavaScript writes: of a batch to send
constexpr std::uint32_t kExchangeWords = kLengths + kBatch;

constexpr double kNoRoom = -1;

std::uint32_t to_uint32(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

// { ringCapacity, bulkLimit, waiting: microseconds to spin, -1 for adaptive }
EndpointOptions read_options(const Napi::Object& object) {
  EndpointOptions options;
  options.ring_capacity = to_uint32(object.Get("ringCapacity"));
  options.bulk_limit =
      static_cast<std::uint64_t>(object.Get("bulkLimit").As<Napi::Number>().Int64Value());
  const double spin_us = object.Get("spin").As<Napi::Number>().DoubleValue();
  if (spin_us == 0) {
    options.waiting.kind = WaitStrategy::Kind::kSleep;
  } else if (spin_us > 0) {
    options.waiting.kind = WaitStrategy::Kind::kSpin;
    options.waiting.spin = std::chrono::nanoseconds(static_cast<std::int64_t>(spin_us * 1e3));
  }
  return options;
}

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
                         InstanceAccessor<&EndpointObject::buffer>("buffer"),
                         InstanceMethod<&EndpointObject::take_peer_socket>("takePeerSocket"),
                         InstanceAccessor<&EndpointObject::max_payload>("maxPayload"),
                         InstanceMethod<&EndpointObject::try_claim>("tryClaim"),
                         InstanceMethod<&EndpointObject::commit>("commit"),
                         InstanceMethod<&EndpointObject::abort>("abort"),
                         InstanceMethod<&EndpointObject::send>("send"),
                         InstanceMethod<&EndpointObject::commit_batch>("commitBatch"),
                         InstanceMethod<&EndpointObject::send_batch>("sendBatch"),
                         InstanceMethod<&EndpointObject::wake_peer>("wakePeer"),
                         InstanceMethod<&EndpointObject::want_room>("wantRoom"),
                         InstanceMethod<&EndpointObject::peek>("peek"),
                         InstanceMethod<&EndpointObject::release>("release"),
                         InstanceMethod<&EndpointObject::receive>("receive"),
                         InstanceAccessor<&EndpointObject::broken>("broken"),
                         InstanceMethod<&EndpointObject::watch_peer>("watchPeer"),
                         InstanceMethod<&EndpointObject::peer_exit>("peerExit"),
                         InstanceMethod<&EndpointObject::peer_state>("peerState"),
                         InstanceMethod<&EndpointObject::statistics>("statistics"),
                         InstanceMethod<&EndpointObject::wait>("wait"),
                         InstanceMethod<&EndpointObject::listen>("listen"),
                         InstanceMethod<&EndpointObject::reference>("reference"),
                         InstanceMethod<&EndpointObject::close>("close"),
                         InstanceMethod<&EndpointObject::allocate>("allocate"),
                         InstanceMethod<&EndpointObject::segment_buffer>("segmentBuffer"),
                         InstanceMethod<&EndpointObject::lend>("lend"),
                         InstanceMethod<&EndpointObject::drop>("drop"),
                         InstanceMethod<&EndpointObject::borrow>("borrow"),
                         InstanceMethod<&EndpointObject::give_back>("giveBack"),
                         InstanceMethod<&EndpointObject::want_segment>("wantSegment"),
                     });
}

EndpointObject::EndpointObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<EndpointObject>(info) {
  const Napi::Env env = info.Env();
  const EndpointOptions options = read_options(info[1].As<Napi::Object>());
  const std::string kind = info[0].As<Napi::String>().Utf8Value();
  std::unique_ptr<Endpoint> endpoint;
  Status status = Status::ok();
  if (kind == "create") {
    status = Endpoint::create(options, &endpoint, &peer_socket_);
  } else if (kind == "attach") {
    status = Endpoint::attach(info[2].As<Napi::Number>().Int32Value(), options, &endpoint);
  } else {
    status = make(info, options, &endpoint);
  }
  if (throw_if_failed(env, status)) return;
  state_ = std::move(endpoint);
  const std::shared_ptr<Region>& region = state_->region();
  buffer_ = SharedBuffer<Region>(env, region, {region->data(), region->size()});
  bulk_ = std::make_unique<BulkTable>(*state_);
  auto exchange = Napi::Uint32Array::New(env, kExchangeWords);
  exchange_data_ = exchange.Data();
  exchange_ = Napi::Persistent(exchange);
  info.This().As<Napi::Object>().Set("exchange", exchange);
}

EndpointObject::~EndpointObject() { stop_listening(); }

Status EndpointObject::make(const Napi::CallbackInfo& info, const EndpointOptions& options,
                            std::unique_ptr<Endpoint>* out) {
  const auto* const data = info.Env().GetInstanceData<EnvironmentData>();
  const auto is_a = [&](std::size_t index, const Napi::FunctionReference& wanted) {
    return info[index].IsObject() && info[index].As<Napi::Object>().InstanceOf(wanted.Value());
  };
  if (!is_a(2, data->region_class) || !is_a(4, data->doorbell_class) ||
      !is_a(5, data->doorbell_class)) {
    return Status::invalid("an endpoint is made of (region, side, ownDoorbell, peerDoorbell)");
  }
  Endpoint::Parts parts;
  parts.region = RegionObject::Unwrap(info[2].As<Napi::Object>())->region();
  if (!parts.region) return Status::invalid("the region is closed");
  parts.side = to_uint32(info[3]) == 0 ? Side::kCreator : Side::kAttacher;
  const auto& own = DoorbellObject::Unwrap(info[4].As<Napi::Object>())->doorbell();
  const auto& peer = DoorbellObject::Unwrap(info[5].As<Napi::Object>())->doorbell();
  if (const Status made = duplicate(own, &parts.own); !made.is_ok()) return made;
  if (const Status made = duplicate(peer, &parts.peer); !made.is_ok()) return made;
  return Endpoint::make(std::move(parts), options, out);
}

Napi::Value EndpointObject::buffer(const Napi::CallbackInfo& info) {
  return buffer_.value(info.Env());
}

Napi::Value EndpointObject::take_peer_socket(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), peer_socket_.release());
}

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
  return Napi::Number::New(info.Env(),
                           static_cast<double>(room->data() - state_->region()->data()));
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

std::uint32_t EndpointObject::peek_batch() {
  std::uint32_t count = 0;
  exchange_data_[kBulk] = 0;
  const std::byte* const start = state_->region()->data();
  while (count < kBatch) {
    const auto record = state_->consumer.peek();
    if (!record) break;
    if (record->kind == RecordKind::kBulk) {
      bulk_reference_ = record->payload;
      exchange_data_[kBulk] = 1;
      break;
    }
    exchange_data_[kRecords + 2 * count] =
        static_cast<std::uint32_t>(record->payload.data() - start);
    exchange_data_[kRecords + 1 + 2 * count] = static_cast<std::uint32_t>(record->payload.size());
    ++count;
  }
  return count;
}

Napi::Value EndpointObject::peek(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), state_ ? peek_batch() : 0);
}

Napi::Value EndpointObject::send(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const std::size_t length = bytes.ByteLength();
  if (!state_ || length > state_->producer.max_payload()) {
    return Napi::Boolean::New(info.Env(), false);
  }
  const auto room = state_->producer.try_claim(static_cast<std::uint32_t>(length));
  if (!room) return Napi::Boolean::New(info.Env(), false);
  if (length > 0) std::memcpy(room->data(), bytes.Data(), length);
  state_->producer.commit(static_cast<std::uint32_t>(length));
  state_->waiter.wake_after_commit();
  return Napi::Boolean::New(info.Env(), true);
}

void EndpointObject::commit_batch(const Napi::CallbackInfo& info) {
  if (!state_) return;
  state_->producer.commit_batch({exchange_data_ + kLengths, to_uint32(info[0])});
  state_->waiter.wake_after_commit();
}

Napi::Value EndpointObject::send_batch(const Napi::CallbackInfo& info) {
  if (!state_) return Napi::Number::New(info.Env(), kNoRoom);
  if (to_uint32(info[0]) > 0) commit_batch(info);
  const auto room = state_->producer.try_claim(to_uint32(info[1]));
  if (!room) return Napi::Number::New(info.Env(), kNoRoom);
  exchange_data_[kRoom] = static_cast<std::uint32_t>(room->size());
  return Napi::Number::New(info.Env(),
                           static_cast<double>(room->data() - state_->region()->data()));
}

Napi::Value EndpointObject::receive(const Napi::CallbackInfo& info) {
  if (!state_) return Napi::Number::New(info.Env(), -static_cast<int>(WaitResult::kPeerClosed));
  state_->consumer.release();
  state_->waiter.wake_after_release();
  const WaitResult result = wait_for(info[0].As<Napi::Number>().DoubleValue());
  if (result != WaitResult::kReady) {
    return Napi::Number::New(info.Env(), -static_cast<int>(result));
  }
  return Napi::Number::New(info.Env(), peek_batch());
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

Napi::Value EndpointObject::peer_state(const Napi::CallbackInfo& info) {
  auto state = PeerState::kClosed;
  // A peer that went away before it answered is gone for good, too.
  if (state_) state = state_->meet().is_ok() ? state_->waiter.peer_state() : PeerState::kDied;
  return Napi::Number::New(info.Env(), static_cast<double>(state));
}

Napi::Value EndpointObject::statistics(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!state_) return env.Undefined();
  const auto& sent = state_->producer.counts();
  const auto& received = state_->consumer.counts();
  const auto& waits = state_->waiter.counts();
  const Napi::Object result = Napi::Object::New(env);
  const auto set = [&](const char* name, std::uint64_t value) {
    result.Set(name, static_cast<double>(value));
  };
  set("recordsSent", sent.records);
  set("bytesSent", sent.bytes);
  set("fullRings", sent.full);
  set("recordsReceived", received.records);
  set("bytesReceived", received.bytes);
  set("parks", waits.parks);
  set("wakesSent", waits.wakes_sent);
  set("spuriousWakes", waits.spurious_wakes);
  set("spinsHit", waits.spins_hit);
  set("spinsMissed", waits.spins_missed);
  set("moves", waits.moves);
  set("sliceExpired", waits.slice_expired);
  set("bulkBytes", state_->lender.total_bytes());
  set("bulkBytesOutstanding", state_->lender.outstanding_bytes());
  return result;
}

WaitResult EndpointObject::wait_for(double timeout_ms) {
  // What is there already needs no clock.
  if (state_->waiter.ready()) return WaitResult::kReady;
  std::optional<Waiter::Clock::time_point> deadline;
  if (timeout_ms >= 0) {
    deadline = Waiter::Clock::now() +
               std::chrono::nanoseconds(static_cast<std::int64_t>(timeout_ms * 1e6));
  }
  auto result = WaitResult::kInterrupted;
  // Node runs its signal handlers on the loop, so an interruption has nothing to do here.
  while (result == WaitResult::kInterrupted) result = state_->wait(deadline);
  return result;
}

Napi::Value EndpointObject::wait(const Napi::CallbackInfo& info) {
  const WaitResult result =
      state_ ? wait_for(info[0].As<Napi::Number>().DoubleValue()) : WaitResult::kPeerClosed;
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
      loop, *state_,
      {&exchange_data_[kExpecting], &exchange_data_[kReferenced], &exchange_data_[kGone]},
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
  if (bulk_) bulk_->detach();
  bulk_.reset();
  buffer_.detach();
  state_.reset();
  peer_socket_ = OwnedDescriptor();
}

Napi::Value EndpointObject::allocate(const Napi::CallbackInfo& info) {
  const double size = info[0].As<Napi::Number>().DoubleValue();
  return Napi::Number::New(info.Env(), bulk_ ? bulk_->allocate(info.Env(), size) : -1);
}

Napi::Value EndpointObject::segment_buffer(const Napi::CallbackInfo& info) {
  return bulk_ ? bulk_->buffer(info.Env(), to_uint32(info[0])) : info.Env().Undefined();
}

Napi::Value EndpointObject::lend(const Napi::CallbackInfo& info) {
  const double length = info[1].As<Napi::Number>().DoubleValue();
  return Napi::Boolean::New(info.Env(), bulk_ && bulk_->lend(to_uint32(info[0]), length));
}

void EndpointObject::drop(const Napi::CallbackInfo& info) {
  if (bulk_) bulk_->drop(to_uint32(info[0]));
}

Napi::Value EndpointObject::borrow(const Napi::CallbackInfo& info) {
  return bulk_ ? bulk_->borrow(info.Env(), bulk_reference_) : info.Env().Undefined();
}

void EndpointObject::give_back(const Napi::CallbackInfo& info) {
  if (bulk_) bulk_->give_back(to_uint32(info[0]));
}

void EndpointObject::want_segment(const Napi::CallbackInfo& info) {
  if (state_) state_->waiter.want_segment(info[0].As<Napi::Boolean>().Value());
}

}  // namespace ringsnake::node
