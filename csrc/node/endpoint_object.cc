#include "endpoint_object.h"

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <utility>

#include "arguments.h"
#include "doorbell_object.h"
#include "environment_data.h"
#include "exchange.h"
#include "region_object.h"
#include "throw_status.h"

namespace ringsnake::node {
namespace {

// Where the arguments begin that follow the options.
constexpr std::size_t kAfterOptions = 4;

// (…, ring capacity, bulk limit, microseconds to spin: -1 for adaptive, …)
EndpointOptions read_options(const Napi::CallbackInfo& info) {
  EndpointOptions options;
  options.ring_capacity = to_uint32(info[1]);
  options.bulk_limit = static_cast<std::uint64_t>(info[2].As<Napi::Number>().Int64Value());
  const double spin_us = info[3].As<Napi::Number>().DoubleValue();
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

// Null when it is no object of that class, and in an environment that is being terminated.
template <class Wrapped>
Wrapped* unwrap(const Napi::Value& value, const Napi::FunctionReference& wanted) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(wanted.Value())) return nullptr;
  return Wrapped::Unwrap(value.As<Napi::Object>());
}

}  // namespace

Napi::Function EndpointObject::define(Napi::Env env) {
  return DefineClass(env, "Endpoint",
                     {
                         InstanceAccessor<&EndpointObject::buffer>("buffer"),
                         InstanceAccessor<&EndpointObject::peer_socket>("peerSocket"),
                         InstanceMethod<&EndpointObject::close_peer_socket>("closePeerSocket"),
                         InstanceAccessor<&EndpointObject::max_payload>("maxPayload"),
                         InstanceMethod<&EndpointObject::try_claim>("tryClaim"),
                         InstanceMethod<&EndpointObject::commit>("commit"),
                         InstanceMethod<&EndpointObject::abort>("abort"),
                         InstanceMethod<&EndpointObject::open_batch>("openBatch"),
                         InstanceMethod<&EndpointObject::flush>("flush"),
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
                         InstanceMethod<&EndpointObject::unread_messages>("unreadMessages"),
                         InstanceMethod<&EndpointObject::wait>("wait"),
                         InstanceMethod<&EndpointObject::pause>("pause"),
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
                         InstanceMethod<&EndpointObject::place_value>("placeValue"),
                         InstanceMethod<&EndpointObject::settle_values>("settleValues"),
                         InstanceMethod<&EndpointObject::borrow_value>("borrowValue"),
                         InstanceMethod<&EndpointObject::allocate_value>("allocateValue"),
                     });
}

EndpointObject::EndpointObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<EndpointObject>(info) {
  // Nothing would ever end it: the environment is being terminated, and refused to wrap it.
  if (IsEmpty()) return;
  const Napi::Env env = info.Env();
  const EndpointOptions options = read_options(info);
  const std::string kind = info[0].As<Napi::String>().Utf8Value();
  std::unique_ptr<Endpoint> endpoint;
  Status status = Status::ok();
  if (kind == "create") {
    status = Endpoint::create(options, &endpoint, &peer_socket_);
  } else if (kind == "attach") {
    const int socket = info[kAfterOptions].As<Napi::Number>().Int32Value();
    env.GetInstanceData<EnvironmentData>()->descriptors.forget(socket);
    status = Endpoint::attach(socket, options, &endpoint);
  } else {
    status = make(info, options, &endpoint);
  }
  if (throw_if_failed(env, status)) return;
  const std::shared_ptr<Region>& region = endpoint->region();
  buffer_ = SharedBuffer<Region>(env, region, {region->data(), region->size()});
  auto words = Napi::Uint32Array::New(env, exchange::kWords);
  // Being terminated: no JavaScript will ever look at this object.
  if (buffer_.is_empty() || words.IsEmpty()) return;
  exchange_data_ = words.Data();
  exchange_ = Napi::Persistent(words);
  state_ = std::move(endpoint);
  bulk_ = std::make_unique<BulkTable>(*state_);
  values_ =
      std::make_unique<ValueTable>(state_, env.GetInstanceData<EnvironmentData>()->value_buffers);
  info.This().As<Napi::Object>().Set("exchange", words);
  tell_next();
}

EndpointObject::~EndpointObject() {
  stop_listening();
  // Never closed: the environment has ended, and its libuv will not reap the child any more.
  if (state_ && peer_is_child_) {
    [[maybe_unused]] const Status started = state_->waiter.peer().reap_later(kOrphanGraceMs);
  }
}

Status EndpointObject::make(const Napi::CallbackInfo& info, const EndpointOptions& options,
                            std::unique_ptr<Endpoint>* out) {
  const auto* const data = info.Env().GetInstanceData<EnvironmentData>();
  auto* const region = unwrap<RegionObject>(info[kAfterOptions], data->region_class);
  auto* const own = unwrap<DoorbellObject>(info[kAfterOptions + 2], data->doorbell_class);
  auto* const peer = unwrap<DoorbellObject>(info[kAfterOptions + 3], data->doorbell_class);
  if (region == nullptr || own == nullptr || peer == nullptr) {
    return Status::invalid("an endpoint is made of (region, side, ownDoorbell, peerDoorbell)");
  }
  Endpoint::Parts parts;
  parts.region = region->region();
  if (!parts.region) return Status::invalid("the region is closed");
  parts.side = to_uint32(info[kAfterOptions + 1]) == 0 ? Side::kCreator : Side::kAttacher;
  if (const Status made = duplicate(own->doorbell(), &parts.own); !made.is_ok()) return made;
  if (const Status made = duplicate(peer->doorbell(), &parts.peer); !made.is_ok()) return made;
  return Endpoint::make(std::move(parts), options, out);
}

Napi::Value EndpointObject::buffer(const Napi::CallbackInfo& info) {
  return buffer_.value(info.Env());
}

Napi::Value EndpointObject::peer_socket(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), peer_socket_.get());
}

void EndpointObject::close_peer_socket(const Napi::CallbackInfo&) {
  peer_socket_ = OwnedDescriptor();
}

void EndpointObject::watch_peer(const Napi::CallbackInfo& info) {
  Peer peer = info.Env().GetInstanceData<EnvironmentData>()->children.take(
      info[0].As<Napi::Number>().Int32Value());
  if (!state_ || !peer.known()) return;
  state_->waiter.watch(std::move(peer));
  peer_is_child_ = true;
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
      {&exchange_data_[exchange::kExpecting], &exchange_data_[exchange::kWanted],
       &exchange_data_[exchange::kReferenced], &exchange_data_[exchange::kGone]},
      {[this] { deliver(); }, [this] { settle(); },
       [link] { napi_remove_async_cleanup_hook(link->cleanup_hook); }});
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
  look();
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
  values_.reset();
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
