// Whether something was made by this process, or by the one that forked it: shared memory is not
// mapped in a child (spec/wire/ring.md §6), so a look at it would end the child.
//
// Why not the process id: asking for it costs as much as sending three small messages.
#pragma once

namespace ringsnake::python {

// Forks that led to this process from the one that loaded the extension. Belongs to the process,
// and so to all of its interpreters. Threads: written in a new child only, which has one.
inline int fork_count = 0;

// Once before the first ForkGeneration; again is without effect. False when the system refuses.
bool watch_forks();

class ForkGeneration {
 public:
  bool is_current() const { return value_ == fork_count; }

 private:
  int value_ = fork_count;
};

}  // namespace ringsnake::python
