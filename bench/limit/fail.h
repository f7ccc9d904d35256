// The one way these programs give up. They measure; they do not recover.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "../../csrc/core/status.h"

namespace ringsnake::bench {

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "limit: %s\n", what);
  std::_Exit(1);
}

inline void require(const Status& status) {
  if (!status.is_ok()) fail(status.what);
}

}  // namespace ringsnake::bench
