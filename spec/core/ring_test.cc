// One thread: records, the wrap, room, and what a hostile peer can write. Normative:
// spec/wire/ring.md.
#include "../../csrc/core/ring.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <limits>
#include <random>
#include <vector>

#include "../../csrc/core/frame.h"
#include "../../csrc/core/record.h"
#include "check.h"

namespace ringsnake::spec {
namespace {

constexpr std::uint32_t kCapacity = wire::kRingCapacityMin;

struct Ends {
  std::shared_ptr<Region> region;
  RingProducer producer;
  RingConsumer consumer;

  static Ends make(std::uint32_t capacity = kCapacity) {
    std::shared_ptr<Region> region;
    CHECK(Region::create(capacity, &region).is_ok());
    return {region, RingProducer(region, Side::kCreator), RingConsumer(region, Side::kCreator)};
  }
};

std::vector<std::byte> payload(std::uint32_t length, std::uint32_t seed) {
  std::vector<std::byte> bytes(length);
  for (std::uint32_t i = 0; i < length; ++i) bytes[i] = static_cast<std::byte>(seed * 31 + i * 7);
  return bytes;
}

bool send(RingProducer& producer, const std::vector<std::byte>& bytes) {
  const auto length = static_cast<std::uint32_t>(bytes.size());
  const auto room = producer.try_claim(length);
  if (!room) return false;
  CHECK(room->size() >= length);
  if (length > 0) std::memcpy(room->data(), bytes.data(), length);
  producer.commit(length);
  return true;
}

void expect(RingConsumer& consumer, const std::vector<std::byte>& bytes) {
  const auto record = consumer.peek();
  CHECK(record.has_value());
  CHECK(record->payload.size() == bytes.size());
  CHECK(bytes.empty() || std::memcmp(record->payload.data(), bytes.data(), bytes.size()) == 0);
}

std::uint32_t& header_at(const Region& region, std::uint32_t offset) {
  return *reinterpret_cast<std::uint32_t*>(region.ring_data(Side::kCreator) + offset);
}

void records() {
  test("records of every size come out as they went in and in order, across many wraps", [] {
    Ends ends = Ends::make();
    std::mt19937 random(1);
    std::uniform_int_distribution<std::uint32_t> length(0, ends.producer.max_payload());
    std::deque<std::vector<std::byte>> waiting;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      // Small ones mostly, with every size up to the largest among them.
      const std::uint32_t size = i % 7 == 0 ? length(random) : length(random) % 300;
      auto bytes = payload(size, i);
      while (!send(ends.producer, bytes)) {
        CHECK(!waiting.empty());
        expect(ends.consumer, waiting.front());
        waiting.pop_front();
        ends.consumer.release();
      }
      waiting.push_back(std::move(bytes));
    }
    for (const auto& bytes : waiting) expect(ends.consumer, bytes);
    CHECK(!ends.consumer.peek());
    CHECK(!ends.consumer.broken() && !ends.producer.broken());
  });

  test("a record never straddles the end of the ring", [] {
    Ends ends = Ends::make();
    for (std::uint32_t i = 0; i < 5'000; ++i) {
      CHECK(send(ends.producer, payload(i % 977, i)));
      const auto record = ends.consumer.peek();
      CHECK(record.has_value());
      const auto offset =
          static_cast<std::size_t>(record->payload.data() - ends.region->ring_data(Side::kCreator));
      CHECK(offset + record->payload.size() <= kCapacity);
      CHECK(offset % wire::kRecordAlignment == 0);
      ends.consumer.release();
    }
  });

  test("the largest payload fits into an empty ring wherever the positions are", [] {
    Ends ends = Ends::make();
    for (std::uint32_t i = 0; i < 2'000; ++i) {
      CHECK(send(ends.producer, payload(8 * (i % 311), i)));
      CHECK(ends.consumer.peek().has_value());
      ends.consumer.release();
      const auto largest = payload(ends.producer.max_payload(), i);
      CHECK(send(ends.producer, largest));
      expect(ends.consumer, largest);
      ends.consumer.release();
    }
  });

  test("positions may pass 2^32", [] {
    Ends ends = Ends::make();
    const auto bytes = payload(ends.producer.max_payload(), 3);
    // Each round moves the positions by half the ring.
    const auto rounds = (std::uint64_t{1} << 32) / (kCapacity / 2) + 3;
    for (std::uint64_t i = 0; i < rounds; ++i) {
      const auto room = ends.producer.try_claim(static_cast<std::uint32_t>(bytes.size()));
      CHECK(room.has_value());
      ends.producer.commit(static_cast<std::uint32_t>(bytes.size()));
      CHECK(ends.consumer.peek().has_value());
      ends.consumer.release();
    }
    CHECK(!ends.consumer.broken() && !ends.producer.broken());
  });

  test("a full ring refuses, and takes again what release gives back", [] {
    Ends ends = Ends::make();
    const auto bytes = payload(1000, 5);
    int sent = 0;
    while (send(ends.producer, bytes)) ++sent;
    CHECK(sent >= static_cast<int>(kCapacity / 1008) - 1);
    CHECK(!ends.producer.can_claim(1000));
    for (int i = 0; i < sent; ++i) expect(ends.consumer, bytes);
    CHECK(!send(ends.producer, bytes));
    ends.consumer.release();
    CHECK(ends.producer.can_claim(1000));
    CHECK(send(ends.producer, bytes));
  });

  test("a record that is put back is read once more, and is counted once", [] {
    Ends ends = Ends::make();
    const std::vector<std::byte> first(5, std::byte{1});
    const std::vector<std::byte> second(700, std::byte{2});
    CHECK(send(ends.producer, first) && send(ends.producer, second));
    for (int i = 0; i < 3; ++i) {
      const auto record = ends.consumer.peek();
      CHECK(record && record->payload.size() == first.size());
      ends.consumer.put_back(*record);
      CHECK(ends.consumer.readable() && ends.consumer.counts().records == 0);
    }
    expect(ends.consumer, first);
    ends.consumer.release();
    expect(ends.consumer, second);
    CHECK(ends.consumer.counts().records == 2 && ends.consumer.counts().bytes == 705);
  });

  test("an aborted claim leaves nothing to read", [] {
    Ends ends = Ends::make();
    for (int i = 0; i < 200; ++i) {
      CHECK(ends.producer.try_claim(700).has_value());
      ends.producer.abort();
      CHECK(!ends.consumer.peek());
      CHECK(send(ends.producer, payload(700, 9)));
      expect(ends.consumer, payload(700, 9));
      ends.consumer.release();
    }
  });

  test("bytes after a record's end are zeros, whatever lay there before", [] {
    Ends ends = Ends::make();
    std::memset(ends.region->ring_data(Side::kCreator) + 8, 0xaa, 4096);
    CHECK(send(ends.producer, payload(3, 1)));
    const std::byte* const after = ends.region->ring_data(Side::kCreator) + 8 + 3;
    for (int i = 0; i < 5; ++i) CHECK(after[i] == std::byte{0});
  });
}

void hostile_peer() {
  test("any commit word yields a record inside the ring or breaks it, never more", [] {
    std::mt19937 random(2);
    const std::uint32_t edges[] = {0,
                                   1,
                                   2,
                                   8,
                                   9,
                                   kCapacity / 2 - 7,
                                   kCapacity / 2 - 6,
                                   kCapacity - 8,
                                   kCapacity,
                                   kCapacity + 1,
                                   0x7fffffff,
                                   0x80000000,
                                   0xfffffff8,
                                   0xfffffffe,
                                   0xffffffff};
    for (int round = 0; round < 60'000; ++round) {
      static Ends shared = Ends::make();
      RingConsumer consumer(shared.region, Side::kCreator);
      const std::uint32_t word = round < 15 ? edges[round] : static_cast<std::uint32_t>(random());
      header_at(*shared.region, 0) = word;
      const auto record = consumer.peek();
      if (!record) continue;
      CHECK(record->payload.size() == word - 1);
      CHECK(record->payload.size() <= kCapacity / 2 - wire::kRecordHeaderBytes);
    }
  });

  test("a ring full of padding records breaks instead of spinning", [] {
    Ends ends = Ends::make();
    for (std::uint32_t offset = 0; offset < kCapacity; offset += 8) {
      header_at(*ends.region, offset) = wire::kRecordPaddingWord;
    }
    CHECK(!ends.consumer.peek());
    CHECK(ends.consumer.broken());
    CHECK(!ends.consumer.readable());
  });

  test("a peer that publishes more than a ring can hold breaks it", [] {
    Ends ends = Ends::make();
    for (std::uint32_t offset = 0; offset < kCapacity; offset += 8)
      header_at(*ends.region, offset) = 1;
    std::uint32_t records = 0;
    while (ends.consumer.peek()) ++records;
    CHECK(ends.consumer.broken());
    CHECK(records == kCapacity / 8);
  });

  test("a read position that moves backwards or ahead of the writer breaks the producer", [] {
    for (const std::uint32_t lie : {8u, 0x80000000u, 0xfffffff8u}) {
      Ends ends = Ends::make();
      ends.region->ring(Side::kCreator).read_position.store(lie);
      CHECK(!ends.producer.can_claim(1));
      CHECK(ends.producer.broken());
      CHECK(!ends.producer.try_claim(1));
    }
  });
}

int memfd(std::size_t size, int seals) {
  const int descriptor = ::memfd_create("spec", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  CHECK(::ftruncate(descriptor, static_cast<off_t>(size)) == 0);
  CHECK(::fcntl(descriptor, F_ADD_SEALS, seals) == 0);
  return descriptor;
}

void regions() {
  constexpr std::size_t kSize = wire::kControlPageBytes + 2 * std::size_t{kCapacity};
  std::shared_ptr<Region> region;

  test("a region is refused when it could still shrink", [&] {
    CHECK(Region::attach(memfd(kSize, F_SEAL_GROW), &region).code == StatusCode::kBroken);
  });
  test("a region is refused when its size or header is impossible", [&] {
    CHECK(Region::attach(memfd(kSize, F_SEAL_GROW | F_SEAL_SHRINK), &region).code ==
          StatusCode::kBroken);
    CHECK(Region::attach(memfd(100, F_SEAL_GROW | F_SEAL_SHRINK), &region).code ==
          StatusCode::kBroken);
  });
  test("a descriptor that is no memfd is refused with the system's reason", [&] {
    const Status status = Region::attach(::open("/dev/null", O_RDWR | O_CLOEXEC), &region);
    CHECK(status.code == StatusCode::kSystem && status.error_number == EINVAL);
  });
  test("only powers of two from 64 KiB to 1 GiB are capacities", [&] {
    for (const std::uint32_t capacity : {0u, 1u, 32768u, 65535u, 65537u, 3u << 16, 1u << 31}) {
      CHECK(Region::create(capacity, &region).code == StatusCode::kInvalidArgument);
    }
  });
  test("both sides of an attached region see the same bytes", [&] {
    std::shared_ptr<Region> created;
    CHECK(Region::create(kCapacity, &created).is_ok());
    CHECK(Region::attach(::fcntl(created->descriptor(), F_DUPFD_CLOEXEC, 3), &region).is_ok());
    RingProducer producer(created, Side::kCreator);
    RingConsumer consumer(region, Side::kCreator);
    CHECK(send(producer, payload(5000, 4)));
    expect(consumer, payload(5000, 4));
  });
}

void frames() {
  test("a frame header comes back as it was written", [] {
    std::byte bytes[wire::kFrameHeaderBytes];
    write_frame_header(bytes, {17, 0xfedcba98, 0xabcd, 0x12345678, 0x87654321, 1});
    const auto header = read_frame_header(bytes);
    CHECK(header && header->kind == 17 && header->call_id == 0xfedcba98);
    CHECK(header->interface_index == 0xabcd && header->method_index == 0x12345678);
    CHECK(header->parent == 0x87654321 && header->flags == 1);
  });
  test("a frame header that is too short or has reserved bits set is none", [] {
    std::byte bytes[wire::kFrameHeaderBytes] = {};
    CHECK(!read_frame_header(std::span(bytes).first(wire::kFrameHeaderBytes - 1)));
    bytes[wire::kFrameFlagsOffset] = std::byte{4};
    CHECK(!read_frame_header(bytes));
  });
}

}  // namespace
}  // namespace ringsnake::spec

int main() {
  ringsnake::spec::records();
  ringsnake::spec::hostile_peer();
  ringsnake::spec::regions();
  ringsnake::spec::frames();
}
