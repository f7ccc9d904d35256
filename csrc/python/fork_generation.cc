#include "fork_generation.h"

#include <pthread.h>

namespace ringsnake::python {

bool watch_forks() {
  static const bool kWatched = ::pthread_atfork(nullptr, nullptr, [] { ++fork_count; }) == 0;
  return kWatched;
}

}  // namespace ringsnake::python
