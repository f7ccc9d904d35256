// The memory policy (csrc/core/memory.h) whose every step the explorer decides: the shipped rings
// and waiters, on explored_machine.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "../../csrc/core/waiter.h"
#include "explored_machine_steps.h"
#include "interleaving_mutants.h"

namespace ringsnake::spec {

// What a shared word is.
enum class Place : std::uint8_t {
  kParked,
  kCpu,
  kReturned,
  kReadPosition,
  kAlive,
  kSegment,
  kRingData,
};
Place place_of(const void* word) noexcept;

// What each thread stored last says what its next fence is for.
inline std::optional<Place> last_stored[2];

// 4 bytes, as the layout wants it.
class ExploredWord {
 public:
  std::uint32_t load(std::memory_order) const noexcept {
    const std::uint32_t value = machine.load(&value_);
    const bool looks_again = last_stored[machine.thread()] == Place::kParked;
    return mutant == Mutant::kNoSecondLook && looks_again && is(Place::kRingData) ? 0 : value;
  }
  void store(std::uint32_t value, std::memory_order order) noexcept {
    bool is_release = order == std::memory_order_release;
    if (machine.is_concurrent()) {
      if (mutant == Mutant::kStaleHeader && value == 0 && is(Place::kRingData)) return;
      if (mutant == Mutant::kPaddingLost && value == wire::kRecordPaddingWord) return;
      if (mutant == Mutant::kRoomFlagLost && is(Place::kParked)) value &= wire::kParkedKindMask;
      if (mutant == Mutant::kReadPositionAhead && is(Place::kReadPosition)) value += 8;
      if (mutant == Mutant::kCommitNotReleased && is(Place::kRingData)) is_release = false;
      if (mutant == Mutant::kClosedNotReleased && is(Place::kAlive)) is_release = false;
      last_stored[machine.thread()] = place_of(this);
      if (is(Place::kParked) && value == wire::kParkedRunning)
        last_stored[machine.thread()].reset();
    }
    machine.store(&value_, value, is_release);
  }
  std::uint32_t exchange(std::uint32_t value, std::memory_order order) noexcept {
    if (mutant == Mutant::kSplitExchange && is(Place::kParked)) {
      const std::uint32_t old = load(order);
      machine.store(&value_, value, true);
      return old;
    }
    return machine.read_modify_write(&value_, [value](std::uint32_t) { return value; });
  }
  std::uint32_t fetch_add(std::uint32_t added, std::memory_order) noexcept {
    return machine.read_modify_write(&value_, [added](std::uint32_t old) { return old + added; });
  }
  std::uint32_t* cell() noexcept { return &value_; }

 private:
  bool is(Place place) const noexcept { return place_of(this) == place; }

  std::uint32_t value_;
};
static_assert(sizeof(ExploredWord) == 4);

// What the two sides share: the words of a control page, one segment's word and tiny rings.
class ExploredRegion {
 public:
  static constexpr std::uint32_t kMostCapacity = 128;

  // Between runs. A power of two, at most kMostCapacity.
  void set_ring_capacity(std::uint32_t capacity) noexcept { ring_capacity_ = capacity; }
  std::uint32_t ring_capacity() const noexcept { return ring_capacity_; }

  BasicSideBlock<ExploredWord>& side(Side side) noexcept { return sides[static_cast<int>(side)]; }
  ExploredWord& alive(Side side) noexcept { return alive_words[static_cast<int>(side)]; }
  BasicRingBlock<ExploredWord>& ring(Side producer) noexcept {
    return rings[static_cast<int>(producer)];
  }
  std::byte* ring_data(Side producer) noexcept { return data[static_cast<int>(producer)]; }

  BasicSideBlock<ExploredWord> sides[2];
  BasicRingBlock<ExploredWord> rings[2];
  ExploredWord alive_words[2];
  ExploredWord segment;  // 1 while the borrower has it
  alignas(8) std::byte data[2][kMostCapacity];

 private:
  std::uint32_t ring_capacity_ = kMostCapacity;
};

inline ExploredRegion region;
// Those that a run begins with as zeros: all up to the rings' end.
inline const std::size_t kSharedBytes = static_cast<std::size_t>(
    &region.data[1][ExploredRegion::kMostCapacity] - reinterpret_cast<std::byte*>(&region));

inline Place place_of(const void* word) noexcept {
  const auto* const byte = static_cast<const std::byte*>(word);
  if (byte >= region.data[0]) return Place::kRingData;
  if (byte >= reinterpret_cast<const std::byte*>(&region.segment)) return Place::kSegment;
  if (byte >= reinterpret_cast<const std::byte*>(region.alive_words)) return Place::kAlive;
  if (byte >= reinterpret_cast<const std::byte*>(region.rings)) return Place::kReadPosition;
  const auto* const sides = reinterpret_cast<const std::byte*>(region.sides);
  const std::size_t offset = static_cast<std::size_t>(byte - sides) % wire::kSideBlockStride;
  if (offset == wire::kSideParkedOffset) return Place::kParked;
  return offset == wire::kSideCpuOffset ? Place::kCpu : Place::kReturned;
}

// For the schedule of a failed run.
inline std::string name_of_cell(std::size_t cell) {
  const auto* const byte = reinterpret_cast<const std::byte*>(&region) + 4 * cell;
  const auto* const begin = reinterpret_cast<const std::byte*>(&region);
  const auto of = [byte](const void* first, std::size_t stride) {
    return std::to_string(static_cast<std::size_t>(byte - static_cast<const std::byte*>(first)) /
                          stride);
  };
  switch (place_of(byte)) {
    case Place::kParked:
      return "parked[" + of(begin, wire::kSideBlockStride) + "]";
    case Place::kCpu:
      return "cpu[" + of(begin, wire::kSideBlockStride) + "]";
    case Place::kReturned:
      return "returned[" + of(begin, wire::kSideBlockStride) + "]";
    case Place::kReadPosition:
      return "read_position[" + of(region.rings, wire::kRingBlockStride) + "]";
    case Place::kAlive:
      return "alive[" + of(region.alive_words, sizeof(ExploredWord)) + "]";
    case Place::kSegment:
      return "segment";
    case Place::kRingData:
      break;
  }
  const auto offset = static_cast<std::size_t>(byte - region.data[0]);
  return "ring " + std::to_string(offset / ExploredRegion::kMostCapacity) + " +" +
         std::to_string(offset % ExploredRegion::kMostCapacity);
}

// A payload, word by word.
inline std::span<ExploredWord> words_of(std::span<std::byte> bytes) noexcept {
  return {reinterpret_cast<ExploredWord*>(bytes.data()), bytes.size() / sizeof(ExploredWord)};
}
inline std::span<const ExploredWord> words_of(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const ExploredWord*>(bytes.data()), bytes.size() / sizeof(ExploredWord)};
}

// The eventfd of one side.
class ExploredDoorbell {
 public:
  explicit ExploredDoorbell(int side) noexcept : side_(side) {}
  void press() const noexcept {
    if (mutant == Mutant::kPressLost) return;
    if (mutant == Mutant::kPressNotKept && !machine.other_awaits_press(side_)) return;
    machine.press(side_);
  }
  // As a loop's poll does.
  void await() const noexcept { machine.await_press(side_); }
  bool is_pressed() const noexcept { return machine.is_pressed(side_); }
  void clear() const noexcept { machine.clear(side_); }

 private:
  int side_;
};

// No process is watched: the alive word alone tells of an end.
struct NoPeer {
  bool known() const noexcept { return false; }
  bool ended_within(std::chrono::milliseconds) const noexcept { return false; }
};

// Every look at it finds a second gone, so a spin ends at once.
struct HastyClock {
  // The names that the standard gives them.
  // NOLINTBEGIN(readability-identifier-naming)
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<HastyClock>;
  // NOLINTEND(readability-identifier-naming)
  static time_point now() noexcept {
    return time_point(std::chrono::seconds(++looks[machine.thread()]));
  }
  static inline std::int64_t looks[2] = {};
};

struct ExploredMemory {
  using Word = ExploredWord;
  using Region = ExploredRegion;
  using Doorbell = ExploredDoorbell;
  using Peer = NoPeer;
  using Clock = HastyClock;

  static void full_fence() noexcept {
    const std::optional<Place> stored = last_stored[machine.thread()];
    if (mutant == Mutant::kNoFenceAtSleeper && stored == Place::kParked) return;
    if (mutant == Mutant::kNoFenceAtWaker && stored == Place::kRingData) return;
    if (mutant == Mutant::kNoFenceAtRoomWaker && stored == Place::kReadPosition) return;
    machine.fence();
  }
  // REQUIRES: whole words.
  static void zero(std::byte* bytes, std::size_t count) noexcept {
    for (Word& word : words_of(std::span(bytes, count))) word.store(0, std::memory_order_relaxed);
  }
  // `timeout` never passes: a wake-up that is lost is lost.
  static FutexResult sleep(const BasicFutexWait<Word>& own, const BasicFutexWait<Word>* other,
                           std::chrono::nanoseconds) noexcept {
    const bool is_compared = mutant != Mutant::kNoKernelCompare;
    const Machine::Sleep first{own.word.cell(), own.expected, is_compared};
    bool woken = false;
    if (other == nullptr || mutant == Mutant::kAliveNotSleptOn) {
      woken = machine.sleep(first, nullptr);
    } else {
      const Machine::Sleep second{other->word.cell(), other->expected, is_compared};
      woken = machine.sleep(first, &second);
    }
    return woken ? FutexResult::kWoken : FutexResult::kValueChanged;
  }
  static bool can_wait_on_either() noexcept { return true; }
  static void wake(Word& word) noexcept {
    if (mutant != Mutant::kFutexWakeLost) machine.wake(word.cell());
  }
  static int usable_cpus() noexcept { return 1; }
  static int current_cpu() noexcept { return 0; }
  static bool leave_cpu(int) noexcept { return false; }
  static void yield() noexcept { machine.yield(); }
  static void relax() noexcept {}
};

}  // namespace ringsnake::spec
