// Every 32-bit commit word, through the real peek(), against arithmetic that cannot overflow.
// Normative: spec/wire/ring.md, RING-5. `header_exhaustion [long]`
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "../core/check.h"
#include "header_oracle.h"

namespace ringsnake::spec {
namespace {

constexpr std::uint32_t kCapacity = wire::kRingCapacityMin;
constexpr std::uint64_t kAllWords = std::uint64_t{1} << 32;

// A consumer with `pending` bytes looked at and not given back, about to look at `offset`.
class Bench {
 public:
  Bench() { CHECK(Region::create(kCapacity, &region_).is_ok()); }

  void place(Place place);
  // Whether peek() decides as the oracle does. Leaves the consumer where it was.
  bool agrees(std::uint32_t word, Defect defect = Defect::kNone) const;
  // The same for the word of the record's kind, when its length is good.
  bool agrees_on_kind(std::uint32_t kind) const;

 private:
  std::byte* ring() const { return region_->ring_data(Side::kCreator); }
  std::atomic_ref<std::uint32_t> word_at(std::uint32_t offset) const {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(ring() + offset));
  }
  void pass(RingConsumer& consumer, std::uint32_t* position, std::uint32_t bytes);
  bool decides(const Verdict& right, RingConsumer& consumer) const;

  std::shared_ptr<Region> region_;
  // Copied for each word. It does not own the region, so that a copy costs nothing.
  std::unique_ptr<const RingConsumer> placed_;
  Place place_{};
};

// Has the consumer look at records of that many bytes altogether.
void Bench::pass(RingConsumer& consumer, std::uint32_t* position, std::uint32_t bytes) {
  while (bytes > 0) {
    const std::uint32_t offset = *position % kCapacity;
    const std::uint32_t record = std::min({bytes, kCapacity / 2, kCapacity - offset});
    word_at(offset) = record - wire::kRecordHeaderBytes + 1;
    word_at(offset + wire::kRecordKindOffset) = wire::kRecordKindMessage;
    CHECK(consumer.peek());
    *position += record;
    bytes -= record;
  }
}

void Bench::place(Place place) {
  place_ = place;
  const std::shared_ptr<Region> unowned(std::shared_ptr<Region>(), region_.get());
  RingConsumer consumer(unowned, Side::kCreator);
  std::uint32_t position = 0;
  pass(consumer, &position, (place.offset + kCapacity - place.pending) % kCapacity);
  consumer.release();
  pass(consumer, &position, place.pending);
  CHECK(position % kCapacity == place.offset);
  std::memset(ring(), 0, kCapacity);
  placed_ = std::make_unique<const RingConsumer>(consumer);
}

inline bool Bench::decides(const Verdict& right, RingConsumer& consumer) const {
  const auto record = consumer.peek();
  if (consumer.broken() != (right.decision == Decision::kBreaks)) return false;
  if (record.has_value() != (right.decision == Decision::kAccepts)) return false;
  return !record || (record->payload.size() == right.length &&
                     record->payload.data() == ring() + place_.offset + wire::kRecordHeaderBytes);
}

inline bool Bench::agrees(std::uint32_t word, Defect defect) const {
  word_at(place_.offset).store(word, std::memory_order_relaxed);
  RingConsumer consumer(*placed_);
  return decides(judge(word, place_, kCapacity, defect), consumer);
}

inline bool Bench::agrees_on_kind(std::uint32_t kind) const {
  word_at(place_.offset).store(1, std::memory_order_relaxed);
  word_at(place_.offset + wire::kRecordKindOffset).store(kind, std::memory_order_relaxed);
  RingConsumer consumer(*placed_);
  const bool known = kind == wire::kRecordKindMessage || kind == wire::kRecordKindBulk;
  return decides({known ? Decision::kAccepts : Decision::kBreaks, 0}, consumer);
}

// Calls `agrees(bench, word)` for each 32-bit word, on all CPUs. The first that it is false for.
template <class Agrees>
std::optional<std::uint32_t> find_among_all(Place place, Agrees agrees) {
  const std::uint64_t parts = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  std::atomic<std::uint64_t> found = kAllWords;
  std::vector<std::thread> threads;
  threads.reserve(parts);
  for (std::uint64_t part = 0; part < parts; ++part) {
    threads.emplace_back([=, &found] {
      Bench bench;
      bench.place(place);
      const std::uint64_t end = kAllWords * (part + 1) / parts;
      for (std::uint64_t word = kAllWords * part / parts; word < end; ++word) {
        if (agrees(bench, static_cast<std::uint32_t>(word))) continue;
        found = word;
        return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (found == kAllWords) return std::nullopt;
  return static_cast<std::uint32_t>(found.load());
}

// Words near to where a rule begins or ends to decide.
std::vector<std::uint32_t> telling_words(Place place) {
  constexpr std::uint32_t kNear = 24;
  std::vector<std::uint32_t> words;
  for (const std::uint32_t edge : {0U, kCapacity - place.offset, kCapacity / 2, kCapacity,
                                   kCapacity - place.pending, 0x8000'0000U, 0U - place.offset}) {
    for (std::uint32_t i = 0; i <= 2 * kNear; ++i) words.push_back(edge - kNear + i);
  }
  return words;
}

// All places where a record can begin, with some of what can be pending.
std::vector<Place> all_places() {
  std::vector<Place> places;
  for (std::uint32_t offset = 0; offset < kCapacity; offset += wire::kRecordAlignment) {
    for (const std::uint32_t pending : {0U, 8U, kCapacity / 2, kCapacity - 64, kCapacity}) {
      places.push_back({offset, pending});
    }
  }
  return places;
}

std::uint64_t count_disagreements(Defect defect) {
  Bench bench;
  std::uint64_t count = 0;
  for (const Place place : all_places()) {
    bench.place(place);
    for (const std::uint32_t word : telling_words(place)) {
      count += bench.agrees(word, defect) ? 0 : 1;
    }
  }
  return count;
}

void prove(Place place) {
  const std::string where =
      std::to_string(place.offset) + ", " + std::to_string(place.pending) + " bytes pending";
  test(("each of the 2^32 commit words is decided rightly at " + where).c_str(), [&] {
    CHECK(!find_among_all(
        place, [](const Bench& bench, std::uint32_t word) { return bench.agrees(word); }));
  });
}

void near_the_limits() {
  test("at every offset the words near a limit are decided rightly",
       [] { CHECK(count_disagreements(Defect::kNone) == 0); });
  for (const Defect defect : kDefects) {
    test((std::string("a check with a defect is told apart: ") + describe(defect)).c_str(), [&] {
      const std::uint64_t count = count_disagreements(defect);
      std::printf("# in %llu cases\n", static_cast<unsigned long long>(count));
      CHECK(count > 0);
    });
  }
}

void prove_kinds() {
  test("each of the 2^32 kinds of a record is decided rightly", [] {
    CHECK(!find_among_all({kCapacity - 4096, 0}, [](const Bench& bench, std::uint32_t kind) {
      return bench.agrees_on_kind(kind);
    }));
  });
}

}  // namespace
}  // namespace ringsnake::spec

int main(int count, char** arguments) {
  using namespace ringsnake::spec;  // NOLINT(google-build-using-namespace)
  near_the_limits();
  // So near to the end that each rule decides over some words.
  prove({kCapacity - 4096, 8192});
  if (count < 2 || std::strcmp(arguments[1], "long") != 0) return 0;
  prove_kinds();
  for (const std::uint32_t offset : {0U, 8U, kCapacity / 2, kCapacity / 2 + 8, kCapacity - 8}) {
    for (const std::uint32_t pending : {0U, kCapacity / 2, kCapacity}) prove({offset, pending});
  }
}
