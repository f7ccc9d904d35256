#include "region_object.h"

#include "throw_status.h"

namespace ringsnake::node {

Napi::Function RegionObject::define(Napi::Env env) {
  return DefineClass(env, "Region",
                     {
                         InstanceAccessor<&RegionObject::buffer>("buffer"),
                         InstanceAccessor<&RegionObject::descriptor>("descriptor"),
                         InstanceAccessor<&RegionObject::ring_capacity>("ringCapacity"),
                         InstanceMethod<&RegionObject::close>("close"),
                     });
}

RegionObject::RegionObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RegionObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) {
    throw_if_failed(env, Status::invalid("the ring capacity is a number of bytes"));
    return;
  }
  const double capacity = info[0].As<Napi::Number>().DoubleValue();
  const bool fits = capacity >= 0 && capacity <= wire::kRingCapacityMax;
  if (throw_if_failed(env,
                      Region::create(fits ? static_cast<std::uint32_t>(capacity) : 0, &region_))) {
    return;
  }
  // The array buffer owns a share of the region: views may outlive this object, the mapping
  // outlives them.
  buffer_share_ = new std::shared_ptr<Region>(region_);
  const Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(
      env, region_->data(), region_->size(),
      [](Napi::BasicEnv, void*, std::shared_ptr<Region>* owned) { delete owned; }, buffer_share_);
  if (env.IsExceptionPending()) return;
  buffer_ = Napi::Persistent(buffer);
}

Napi::Value RegionObject::buffer(const Napi::CallbackInfo& info) {
  return buffer_.IsEmpty() ? info.Env().Undefined() : Napi::Value(buffer_.Value());
}

Napi::Value RegionObject::descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), region_ ? region_->descriptor() : -1);
}

Napi::Value RegionObject::ring_capacity(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), region_ ? region_->ring_capacity() : 0);
}

void RegionObject::close(const Napi::CallbackInfo&) {
  if (!buffer_.IsEmpty()) {
    // Detached first: whatever view JavaScript still holds becomes empty instead of dangling. Then
    // its share is given up at once; the collector may come for the buffer itself much later.
    buffer_.Value().Detach();
    buffer_share_->reset();
  }
  buffer_.Reset();
  region_.reset();
}

}  // namespace ringsnake::node
