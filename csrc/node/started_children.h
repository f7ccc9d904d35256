// Children that no endpoint watches yet. libuv reaps them while there is an environment; those of a
// thread that is terminated in the middle of a start are left to us. Threads: the environment's
// own.
#pragma once

#include <unordered_map>
#include <vector>

#include "../core/peer.h"

namespace ringsnake::node {

// How long a worker may take to end by itself whose environment has ended. It sees so at once.
inline constexpr int kOrphanGraceMs = 1000;

class StartedChildren {
 public:
  StartedChildren() = default;
  StartedChildren(const StartedChildren&) = delete;
  StartedChildren& operator=(const StartedChildren&) = delete;
  ~StartedChildren();

  // What libuv starts between these is ours. 0: nothing was started.
  void begin_start();
  void end_start(int pid);
  // From now on somebody else sees to its end, or it has ended. Unknown: there is none.
  Peer take(int pid);

 private:
  std::unordered_map<int, Peer> children_;
  // While something is being started: the thread may be terminated before it learns its number.
  bool starting_ = false;
  std::vector<int> before_;
};

}  // namespace ringsnake::node
