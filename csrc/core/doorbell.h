// A descriptor (eventfd) that rouses an event loop. Presses coalesce: many presses, one readiness.
// Threads: any. Ownership: owns its descriptor.
#pragma once

#include "status.h"

namespace ringsnake {

class Doorbell {
 public:
  static Status create(Doorbell* out) noexcept;
  // Takes over an eventfd made by the peer.
  explicit Doorbell(int descriptor) noexcept : descriptor_(descriptor) {}
  Doorbell() noexcept = default;
  Doorbell(Doorbell&& from) noexcept;
  Doorbell& operator=(Doorbell&& from) noexcept;
  ~Doorbell();

  int descriptor() const noexcept { return descriptor_; }
  // Makes the descriptor readable. Never blocks.
  void press() const noexcept;
  // Makes it unreadable again.
  void clear() const noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace ringsnake
