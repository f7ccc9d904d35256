// The other process, held by a pidfd: no pid is ever reused under us, and death is noticed without
// its help. Threads: any. Ownership: owns the pidfd.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "status.h"

namespace ringsnake {

// How a process ended.
struct PeerExit {
  int exit_code = -1;  // -1 when it was killed
  int signal = 0;      // 0 when it exited
};

class Peer {
 public:
  // REQUIRES: `pid` is a child of ours that was not waited for, or our parent.
  static Status open(int pid, Peer* out) noexcept;
  Peer() noexcept = default;
  Peer(Peer&& from) noexcept;
  Peer& operator=(Peer&& from) noexcept;
  ~Peer();

  // Takes a pidfd over, as a peer sends its own.
  explicit Peer(int descriptor) noexcept : descriptor_(descriptor) {}

  // Whether there is a process to watch at all.
  bool known() const noexcept { return descriptor_ >= 0; }
  // Readable once the process has ended; -1 when none is known.
  int descriptor() const noexcept { return descriptor_; }
  // True also when none is known.
  bool alive() const noexcept { return !ended_within({}); }
  // Waits for its end for that long at most.
  bool ended_within(std::chrono::milliseconds time) const noexcept;
  // How our child ended, without reaping it; nothing while it lives or when it is not our child.
  std::optional<PeerExit> exit_status() const noexcept;
  // For who has nobody left to wait for our child: kills it if it has not ended in `grace_ms`, and
  // reaps it, in a thread of its own. REQUIRES: nobody else reaps it.
  Status reap_later(int grace_ms) const noexcept;

 private:
  int descriptor_ = -1;
};

// Ends this process `grace_ms` after the parent `parent_pid` has died, from a thread of its own
// that needs no interpreter lock: a worker that computes in C for an hour is not left behind. Where
// the kernel gives no pidfd it looks every 100 ms.
Status exit_with_parent(int parent_pid, int grace_ms) noexcept;

}  // namespace ringsnake
