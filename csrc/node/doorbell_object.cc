#include "doorbell_object.h"

#include "throw_status.h"

namespace ringsnake::node {

Napi::Function DoorbellObject::define(Napi::Env env) {
  return DefineClass(env, "Doorbell",
                     {
                         InstanceAccessor<&DoorbellObject::descriptor>("descriptor"),
                         InstanceMethod<&DoorbellObject::close>("close"),
                     });
}

DoorbellObject::DoorbellObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DoorbellObject>(info) {
  throw_if_failed(info.Env(), Doorbell::create(&doorbell_));
}

Napi::Value DoorbellObject::descriptor(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), doorbell_.descriptor());
}

void DoorbellObject::close(const Napi::CallbackInfo&) { doorbell_ = Doorbell(); }

}  // namespace ringsnake::node
