// How deep Python may go on a thread that is not its own. Needs the GIL.
#pragma once

#include <pthread.h>

#include <algorithm>
#include <cstddef>

#include "py_fast.h"

namespace ringsnake::python {

// Bytes of stack for one level of calls through C, such as nested `__repr__`s or `__getattr__`s:
// more than CPython needs for most, so that recursion ends in RecursionError.
inline constexpr std::size_t kStackPerLevel = 2048;
// For V8 and for what is called at the deepest level.
inline constexpr std::size_t kStackReserve = std::size_t{1} << 20U;

// Bounds the recursion of the calling thread by what is left of its stack.
inline void limit_depth_to_stack() {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return;
  void* lowest = nullptr;
  std::size_t size = 0;
  const int found = ::pthread_attr_getstack(&attributes, &lowest, &size);
  ::pthread_attr_destroy(&attributes);
  if (found != 0) return;
  const auto left = static_cast<std::size_t>(reinterpret_cast<std::byte*>(&attributes) -
                                             static_cast<std::byte*>(lowest));
  const std::size_t usable = left - std::min(left, kStackReserve);
  limit_recursion(static_cast<int>(usable / kStackPerLevel));
}

}  // namespace ringsnake::python
