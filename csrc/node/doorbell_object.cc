#include "doorbell_object.h"

#include "environment_data.h"
#include "throw_status.h"

namespace ringsnake::node {

Napi::Function DoorbellObject::define(Napi::Env env) {
  return DefineClass(env, "Doorbell",
                     {
                         InstanceAccessor<&DoorbellObject::descriptor>("descriptor"),
                         InstanceMethod<&DoorbellObject::press>("press"),
                         InstanceMethod<&DoorbellObject::clear>("clear"),
                         InstanceMethod<&DoorbellObject::close>("close"),
                     });
}

DoorbellObject::DoorbellObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DoorbellObject>(info) {
  // Being terminated: nothing would ever end it.
  if (IsEmpty()) return;
  if (info[0].IsNumber()) {
    const int descriptor = info[0].As<Napi::Number>().Int32Value();
    info.Env().GetInstanceData<EnvironmentData>()->descriptors.forget(descriptor);
    doorbell_ = Doorbell(descriptor);
  } else {
    throw_if_failed(info.Env(), Doorbell::create(&doorbell_));
  }
}

Napi::Value DoorbellObject::descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), doorbell_.descriptor());
}

void DoorbellObject::press(const Napi::CallbackInfo&) { doorbell_.press(); }

void DoorbellObject::clear(const Napi::CallbackInfo&) { doorbell_.clear(); }

void DoorbellObject::close(const Napi::CallbackInfo&) { doorbell_ = Doorbell(); }

}  // namespace ringsnake::node
