// What the core's test programs report with: one TAP line per sentence.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>

namespace ringsnake::spec {

// Ends the program when a condition does not hold; says where.
#define CHECK(condition)                                                   \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::printf("not ok - %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::fflush(stdout);                                                 \
      std::_Exit(1);                                                       \
    }                                                                      \
  } while (false)

inline void test(const char* sentence, const std::function<void()>& body) {
  body();
  std::printf("ok - %s\n", sentence);
  std::fflush(stdout);
}

}  // namespace ringsnake::spec
