// JavaScript class `Region` over ringsnake::Region. Threads: the environment's own.
#pragma once

#include <napi.h>

#include <memory>

#include "../core/region.h"
#include "shared_buffer.h"

namespace ringsnake::node {

class RegionObject : public Napi::ObjectWrap<RegionObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // ("create", ring capacity) or ("attach", descriptor, which is taken over).
  explicit RegionObject(const Napi::CallbackInfo& info);

  // Null after close().
  const std::shared_ptr<Region>& region() const noexcept { return region_; }

 private:
  Napi::Value buffer(const Napi::CallbackInfo& info);
  Napi::Value descriptor(const Napi::CallbackInfo& info);
  Napi::Value ring_capacity(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<Region> region_;
  SharedBuffer<Region> buffer_;
};

}  // namespace ringsnake::node
