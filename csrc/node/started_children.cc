#include "started_children.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace ringsnake::node {
namespace {

// Those that this thread has started and nobody has reaped; none where the kernel does not tell.
std::vector<int> children_of_this_thread() {
  std::ifstream list("/proc/thread-self/children");
  std::vector<int> pids;
  for (int pid = 0; list >> pid;) pids.push_back(pid);
  return pids;
}

}  // namespace

StartedChildren::~StartedChildren() {
  if (starting_) {
    for (const int pid : children_of_this_thread()) {
      if (std::ranges::find(before_, pid) == before_.end()) end_start(pid);
    }
  }
  for (const auto& [pid, child] : children_) {
    [[maybe_unused]] const Status started = child.reap_later(kOrphanGraceMs);
  }
}

void StartedChildren::begin_start() {
  before_ = children_of_this_thread();
  starting_ = true;
}

void StartedChildren::end_start(int pid) {
  starting_ = false;
  Peer child;
  if (pid != 0 && Peer::open(pid, &child).is_ok()) {
    children_.insert_or_assign(pid, std::move(child));
  }
}

Peer StartedChildren::take(int pid) {
  auto found = children_.extract(pid);
  return found ? std::move(found.mapped()) : Peer();
}

}  // namespace ringsnake::node
