// A machine of two threads whose every step an Explorer decides: memory with store buffers, futexes
// and doorbells. No time passes here: whoever sleeps is woken by someone, or the run has failed.
//
// What a thread cannot see cannot matter to it, so the explorer is asked only where it can:
//   * Threads change places before an operation that looks at or changes what is shared. A store
//     into the own buffer, and a load out of it, are nobody else's business.
//   * A store of the other thread leaves its buffer when its own fence drains it, or when this
//     thread loads that word: then the explorer says which of the pending stores are visible. Any
//     other moment looks the same to both.
// `Bounds::literal` does without either: every operation is a step, and every store may leave at
// every step. The test shows on small scenarios that both lead to the same endings.
// Limit: loads happen in program order, so an acquire that is missing is not found here.
#pragma once

#include <array>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "explorer.h"
#include "fiber.h"
#include "store_buffer.h"

namespace ringsnake::spec {

struct Bounds {
  static constexpr int kUnlimited = 1000;
  int preemptions = kUnlimited;  // switches away from a thread that could go on
  int delays = kUnlimited;       // loads that miss a store which could have been visible
  int spurious_wakes = 1;        // sleeps that end for no reason
  bool cut_at_seen_states = true;
  bool literal = false;
  std::uint64_t runs = 1'000'000;
};

class Machine {
 public:
  using Cell = std::uint32_t;
  enum class Outcome : std::uint8_t { kCompleted, kCut, kFailed };

  Machine() noexcept : threads_{Thread(0), Thread(1)} {}

  // All shared words lie in these `count` cells, which are zeroed before each run.
  void set_memory(Cell* cells, std::size_t count) noexcept {
    cells_ = cells;
    cell_count_ = count;
  }
  void set_model(MemoryModel model, const Bounds& bounds) noexcept {
    model_ = model;
    bounds_ = bounds;
  }
  // One run: `prepare` alone, then both threads in `body`, then `finish` alone.
  Outcome run(Explorer& explorer, void (*prepare)(), void (*body)(int), void (*finish)());

  // Ends the run as a failure.
  [[noreturn]] void fail(const char* kind, const char* format, ...) noexcept
      __attribute__((format(printf, 3, 4)));
  const char* failure_kind() const noexcept { return failure_kind_; }
  const std::string& failure() const noexcept { return failure_; }
  // What both threads have learnt in a run that completed, and what it left in memory.
  std::uint64_t ending() const noexcept {
    return mix(mix(memory_hash_ + threads_[0].history) + threads_[1].history);
  }
  // While set, every step is written to `*trace`; `name` tells what a cell is.
  void set_trace(std::string* trace, std::string (*name)(std::size_t cell)) noexcept {
    trace_ = trace;
    name_ = name;
  }

  // The operations of the running thread.
  Cell load(const Cell* cell) noexcept;
  void store(Cell* cell, Cell value, bool is_release) noexcept;
  template <class Change>
  Cell read_modify_write(Cell* cell, const Change& change) noexcept;
  void fence() noexcept;
  // True when woken; false when a word was not as expected. System calls of futexes are fences.
  struct Sleep {
    Cell* cell;
    Cell expected;
    bool is_compared = true;
  };
  bool sleep(const Sleep& first, const Sleep* second) noexcept;
  void wake(const Cell* cell) noexcept;
  void press(int doorbell) noexcept;
  bool is_pressed(int doorbell) noexcept;
  void await_press(int doorbell) noexcept;
  void clear(int doorbell) noexcept;
  // Gives the other thread the chance to run, which costs no preemption.
  void yield() noexcept;

  // Whether threads run at all: false in prepare() and finish().
  bool is_concurrent() const noexcept { return concurrent_; }
  int thread() const noexcept { return running_; }
  bool other_awaits_press(int doorbell) const noexcept {
    const Thread& other = threads_[1 - running_];
    return other.state == State::kBlocked && other.doorbell == doorbell;
  }

 private:
  enum class State : std::uint8_t { kRunnable, kBlocked, kFinished };
  struct Thread {
    explicit Thread(int index) noexcept : fiber(&Machine::fiber_body, index) {}
    Fiber fiber;
    StoreBuffer buffer;
    // Everything it has learnt so far: with its code that is its state.
    std::uint64_t history = 0;
    State state = State::kRunnable;
    const Cell* sleeps_on[2] = {};
    int doorbell = -1;
  };

  static void fiber_body(int index) noexcept;
  static std::uint64_t mix(std::uint64_t value) noexcept {
    value *= 0x9e3779b97f4a7c15u;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    return value ^ value >> 29;
  }
  Thread& self() noexcept { return threads_[running_]; }
  Thread& other() noexcept { return threads_[1 - running_]; }
  std::uint64_t index_of(const Cell* cell) const noexcept {
    return static_cast<std::uint64_t>(cell - cells_);
  }
  void learn(std::uint64_t what) noexcept { self().history = mix(self().history + what); }

  std::uint64_t state_hash() const noexcept;
  void schedule(bool switch_is_free = false) noexcept;
  // In a literal run: how many stores may leave now, and lets the `chosen`th of them leave.
  unsigned count_leavers() const noexcept;
  void let_leave(unsigned chosen) noexcept;
  void switch_to_other(bool by_choice) noexcept;
  void block() noexcept;
  void rouse(Thread& thread) noexcept;
  void see(const Cell* cell) noexcept;
  void write(Cell* cell, Cell value) noexcept;
  void leave_through(Thread& thread, std::size_t i) noexcept;
  void drain(Thread& thread) noexcept {
    while (!thread.buffer.empty()) leave_through(thread, thread.buffer.size() - 1);
  }
  [[noreturn]] void end_run(Outcome outcome) noexcept;
  Outcome run_threads() noexcept;
  void note(const char* format, ...) noexcept __attribute__((format(printf, 2, 3)));
  std::string name(const Cell* cell) const { return name_(index_of(cell)); }

  std::array<Thread, 2> threads_;
  Cell* cells_ = nullptr;
  std::size_t cell_count_ = 0;
  MemoryModel model_ = MemoryModel::kTotalStoreOrder;
  Bounds bounds_;
  Explorer* explorer_ = nullptr;
  void (*body_)(int) = nullptr;

  // Of this run.
  jmp_buf main_;
  Outcome outcome_ = Outcome::kCompleted;
  bool concurrent_ = false;
  bool switched_by_choice_ = false;
  int running_ = 0;
  int preemptions_left_ = 0;
  int delays_left_ = 0;
  int spurious_left_ = 0;
  std::uint32_t presses_[2] = {};
  std::uint64_t memory_hash_ = 0;
  const char* failure_kind_ = "";
  std::string failure_;
  std::string* trace_ = nullptr;
  std::string (*name_)(std::size_t) = nullptr;
};

inline Machine machine;

template <class Change>
Machine::Cell Machine::read_modify_write(Cell* cell, const Change& change) noexcept {
  if (concurrent_) {
    schedule();
    drain(self());
    see(cell);
  }
  const Cell old = *cell;
  const Cell value = change(old);
  write(cell, value);
  learn(old);
  if (trace_ != nullptr) note("%s: %x becomes %x at once", name(cell).c_str(), old, value);
  return old;
}

}  // namespace ringsnake::spec
