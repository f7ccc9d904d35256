// Shared ownership without an exception leaving the core. For .cc files only: whoever includes the
// core's headers may be built without exceptions.
#pragma once

#include <cerrno>
#include <memory>
#include <new>

#include "status.h"

namespace ringsnake {

// Hands `object` to shared ownership. Without memory even for that, the object is deleted.
template <class T>
Status share(T* object, std::shared_ptr<T>* out) noexcept {
  try {
    out->reset(object);
  } catch (const std::bad_alloc&) {
    return Status::system("memory for an owner", ENOMEM);
  }
  return Status::ok();
}

}  // namespace ringsnake
