// Every way an operation of the core can end. No exception leaves csrc/core.
// The bindings turn a Status into an error of their language in one place: node/throw_status.h,
// python/raise_status.h.
#pragma once

#include <cstdint>

namespace ringsnake {

enum class StatusCode : std::uint8_t {
  kOk,
  kInvalidArgument,  // the caller asked for something the contract excludes
  kSystem,           // a system call failed; `error_number` says how
  kBroken,           // shared memory holds what the peer may not write; the ring stays broken
};

// A value; cheap to copy. `what` is a string literal and needs no owner.
struct [[nodiscard]] Status {
  StatusCode code = StatusCode::kOk;
  int error_number = 0;
  const char* what = "";

  static constexpr Status ok() noexcept { return {}; }
  static constexpr Status invalid(const char* what) noexcept {
    return {StatusCode::kInvalidArgument, 0, what};
  }
  static constexpr Status system(const char* what, int error_number) noexcept {
    return {StatusCode::kSystem, error_number, what};
  }
  static constexpr Status broken(const char* what) noexcept {
    return {StatusCode::kBroken, 0, what};
  }
  constexpr bool is_ok() const noexcept { return code == StatusCode::kOk; }
};

}  // namespace ringsnake
