// Numbers that JavaScript passes. Threads: the environment's own.
#pragma once

#include <napi.h>

#include <cstdint>

namespace ringsnake::node {

// REQUIRES: a number, which lib/ has checked.
inline std::uint32_t to_uint32(const Napi::Value& value) {
  return value.As<Napi::Number>().Uint32Value();
}

}  // namespace ringsnake::node
