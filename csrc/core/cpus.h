// Which CPUs this thread may use, which one it is on, and how to step aside. Threads: each function
// speaks of its caller. The only file with instructions of one processor family.
#pragma once

namespace ringsnake {

// CPUs that two sides can keep busy at once: those of the machine, but no more than the CPU quota
// of this thread's control groups allows. At least 1. Reads files: for the start of a conversation.
int usable_cpus() noexcept;

// The CPU this thread runs on now; -1 when unknown. A hint: it may change at once.
int current_cpu() noexcept;

// Moves this thread to another CPU it may use, and leaves the set of those as it was. False when
// there is none.
bool leave_cpu(int cpu) noexcept;

// Lets another thread of this CPU run.
void yield_cpu() noexcept;

// Tells the processor that this is a loop that waits.
inline void relax_cpu() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace ringsnake
