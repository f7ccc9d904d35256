#include "region_object.h"

#include "environment_data.h"
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
  // Being terminated: nothing would ever end it.
  if (IsEmpty()) return;
  const Napi::Env env = info.Env();
  const bool attaches = info[0].As<Napi::String>().Utf8Value() == "attach";
  const std::uint32_t number = info[1].As<Napi::Number>().Uint32Value();
  if (attaches)
    env.GetInstanceData<EnvironmentData>()->descriptors.forget(static_cast<int>(number));
  const Status status = attaches ? Region::attach(static_cast<int>(number), &region_)
                                 : Region::create(number, &region_);
  if (throw_if_failed(env, status)) return;
  buffer_ = SharedBuffer<Region>(env, region_, {region_->data(), region_->size()});
}

Napi::Value RegionObject::buffer(const Napi::CallbackInfo& info) {
  return buffer_.value(info.Env());
}

Napi::Value RegionObject::descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), region_ ? region_->descriptor() : -1);
}

Napi::Value RegionObject::ring_capacity(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), region_ ? region_->ring_capacity() : 0);
}

void RegionObject::close(const Napi::CallbackInfo&) {
  buffer_.detach();
  region_.reset();
}

}  // namespace ringsnake::node
