// How a story with a fault in it went. Threads: one.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "../../csrc/core/status.h"
#include "holdings.h"

namespace ringsnake::spec {

// In memory shared with whoever looks at it afterwards.
struct Ending {
  StatusCode code;
  int error_number;
  std::array<char, 128> what;
  // What must not have been; empty when all was well.
  std::array<char, 160> fault;
};

class FaultAccount {
 public:
  explicit FaultAccount(Ending& ending) : ending_(ending) { ending_ = {}; }

  // Then the story goes on no further.
  bool is_over() const noexcept { return over_ || ending_.fault[0] != '\0'; }
  // Whether a status told of a failure.
  bool told() const noexcept { return ending_.code != StatusCode::kOk; }
  // True when the story goes on.
  bool check(const Status& status);
  void fail(const char* fault) {
    if (ending_.fault[0] == '\0')
      std::snprintf(ending_.fault.data(), ending_.fault.size(), "%s", fault);
  }
  // After a failure that concerned but a part of the story.
  void go_on() noexcept { over_ = false; }
  // `kept`: descriptors that what succeeded keeps for as long as the process lives.
  void compare(const Holdings& before, int kept);

 private:
  Ending& ending_;
  bool over_ = false;
};

inline bool FaultAccount::check(const Status& status) {
  if (status.is_ok() || is_over()) return !is_over();
  over_ = true;
  ending_.code = status.code;
  ending_.error_number = status.error_number;
  std::snprintf(ending_.what.data(), ending_.what.size(), "%s", status.what);
  if (status.what[0] == '\0') fail("an error without a name");
  if (status.code != StatusCode::kSystem || status.error_number == 0) {
    fail("a failure of the system was told as one of the peer's or the caller's");
  }
  return false;
}

inline void FaultAccount::compare(const Holdings& before, int kept) {
  Holdings expected = before;
  expected.descriptors += kept;
  const Holdings after = Holdings::now();
  if (after != expected) {
    fail(("it left behind: " + after.text() + ", not " + expected.text()).c_str());
  }
}

inline std::string describe_fault(const Ending& ending) {
  std::string text = ending.fault.data();
  if (!text.empty() && ending.code != StatusCode::kOk) {
    text += std::string(" (status: ") + ending.what.data() + ", " +
            std::to_string(ending.error_number) + ")";
  }
  return text;
}

}  // namespace ringsnake::spec
