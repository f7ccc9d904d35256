// An ArrayBuffer over shared memory. Threads: the environment's own.
//
// The buffer owns a share of the memory: views may outlive whoever made them, the mapping outlives
// the views.
//
// An environment that is being terminated refuses, at any moment, to make another one, and has no
// exception pending then: the buffer is empty.
#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace ringsnake::node {

template <class Owner>
class SharedBuffer {
 public:
  SharedBuffer() = default;
  SharedBuffer(Napi::Env env, std::shared_ptr<Owner> owner, std::span<std::byte> bytes)
      : share_(new std::shared_ptr<Owner>(std::move(owner))) {
    const Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(
        env, bytes.data(), bytes.size(),
        [](Napi::BasicEnv, void*, std::shared_ptr<Owner>* owned) { delete owned; }, share_);
    if (buffer.IsEmpty()) {
      delete share_;
      share_ = nullptr;
      return;
    }
    buffer_ = Napi::Persistent(buffer);
  }

  bool is_empty() const { return buffer_.IsEmpty(); }
  Napi::Value value(Napi::Env env) const {
    return buffer_.IsEmpty() ? env.Undefined() : Napi::Value(buffer_.Value());
  }
  // Whatever view JavaScript still holds becomes empty instead of dangling. The buffer's share is
  // given up at once; the collector may come for the buffer itself much later.
  void detach() {
    if (buffer_.IsEmpty()) return;
    buffer_.Value().Detach();
    share_->reset();
    buffer_.Reset();
  }

 private:
  std::shared_ptr<Owner>* share_ = nullptr;  // owned by the buffer's finalizer
  Napi::Reference<Napi::ArrayBuffer> buffer_;
};

}  // namespace ringsnake::node
