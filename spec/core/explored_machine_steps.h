// What the threads of explored_machine.h do to its memory, and ask of its kernel.
#pragma once

#include "explored_machine_turns.h"

namespace ringsnake::spec {

// Memory

inline void Machine::write(Cell* cell, Cell value) noexcept {
  const std::uint64_t index = index_of(cell) << 32;
  memory_hash_ ^= mix(index | *cell) ^ mix(index | value);
  *cell = value;
}

inline void Machine::leave_through(Thread& thread, std::size_t i) noexcept {
  thread.buffer.leave_through(i, model_, [this, &thread](const StoreBuffer::Store& store) {
    if (trace_ != nullptr)
      note("(%s := %x of thread %d becomes visible)", name(store.word).c_str(), store.value,
           thread.fiber.argument());
    write(store.word, store.value);
  });
}

// Which of the other thread's pending stores to `cell` are visible now; all of them, if no delay is
// left.
inline void Machine::see(const Cell* cell) noexcept {
  Thread& peer = other();
  std::size_t found[StoreBuffer::kMost];
  std::size_t count = 0;
  for (std::size_t i = peer.buffer.size(); i-- > 0;)
    if (peer.buffer[i].word == cell) found[count++] = i;
  if (count == 0 || bounds_.literal) return;
  const unsigned chosen =
      delays_left_ > 0 ? explorer_->choose(static_cast<unsigned>(count) + 1) : 0;
  if (chosen > 0 && bounds_.delays != Bounds::kUnlimited) --delays_left_;
  if (chosen < count) leave_through(peer, found[chosen]);
}

inline Machine::Cell Machine::load(const Cell* cell) noexcept {
  if (!concurrent_) return *cell;
  if (bounds_.literal) schedule();
  Cell value;
  if (const StoreBuffer::Store* own = self().buffer.find(cell)) {
    value = own->value;
  } else {
    if (!bounds_.literal) schedule();
    see(cell);
    value = *cell;
  }
  learn(value);
  if (trace_ != nullptr) note("%s is %x", name(cell).c_str(), value);
  return value;
}

inline void Machine::store(Cell* cell, Cell value, bool is_release) noexcept {
  if (!concurrent_) return write(cell, value);
  if (bounds_.literal) schedule();
  if (trace_ != nullptr)
    note("%s := %x%s", name(cell).c_str(), value, is_release ? ", release" : "");
  self().buffer.push({cell, value, is_release});
}

inline void Machine::fence() noexcept {
  if (!concurrent_) return;
  if (bounds_.literal || !self().buffer.empty()) schedule();
  drain(self());
  learn(5);
  note("fence");
}

// The kernel

inline bool Machine::sleep(const Sleep& first, const Sleep* second) noexcept {
  schedule();
  drain(self());
  bool as_expected = true;
  for (const Sleep* sleep : {&first, second}) {
    if (sleep == nullptr || !sleep->is_compared) continue;
    see(sleep->cell);
    as_expected = as_expected && *sleep->cell == sleep->expected;
  }
  learn(as_expected ? 7 : 11);
  if (!as_expected) {
    note("does not sleep: the kernel finds another value");
    return false;
  }
  self().sleeps_on[0] = first.cell;
  self().sleeps_on[1] = second == nullptr ? nullptr : second->cell;
  block();
  return true;
}

inline void Machine::wake(const Cell* cell) noexcept {
  if (!concurrent_) return;
  schedule();
  drain(self());
  learn(13);
  if (trace_ != nullptr) note("wakes who sleeps on %s", name(cell).c_str());
  Thread& peer = other();
  if (peer.state == State::kBlocked && (peer.sleeps_on[0] == cell || peer.sleeps_on[1] == cell))
    rouse(peer);
}

inline void Machine::press(int doorbell) noexcept {
  if (!concurrent_) return;
  schedule();
  learn(17);
  note("presses doorbell %d", doorbell);
  presses_[doorbell] = 1;
  if (other_awaits_press(doorbell)) rouse(other());
}

inline bool Machine::is_pressed(int doorbell) noexcept {
  schedule();
  const bool pressed = presses_[doorbell] != 0;
  learn(pressed ? 19 : 23);
  return pressed;
}

inline void Machine::await_press(int doorbell) noexcept {
  schedule();
  learn(29);
  if (presses_[doorbell] != 0) return;
  self().doorbell = doorbell;
  block();
}

inline void Machine::clear(int doorbell) noexcept {
  schedule();
  learn(31);
  note("clears doorbell %d", doorbell);
  presses_[doorbell] = 0;
}

}  // namespace ringsnake::spec
