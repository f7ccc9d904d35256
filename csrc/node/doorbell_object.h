// JavaScript class `Doorbell` over ringsnake::Doorbell. Threads: the environment's own.
#pragma once

#include <napi.h>

#include "../core/doorbell.h"

namespace ringsnake::node {

class DoorbellObject : public Napi::ObjectWrap<DoorbellObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // (), or (descriptor) of one that the peer made, which is taken over.
  explicit DoorbellObject(const Napi::CallbackInfo& info);

  Doorbell& doorbell() noexcept { return doorbell_; }

 private:
  Napi::Value descriptor(const Napi::CallbackInfo& info);
  void press(const Napi::CallbackInfo& info);
  void clear(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  Doorbell doorbell_;
};

}  // namespace ringsnake::node
