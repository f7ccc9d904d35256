// Segments and what tells of them, also from a peer that lies. Normative: spec/wire/bulk.md.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "../../csrc/core/channel_socket.h"
#include "../../csrc/core/endpoint.h"
#include "../../csrc/core/value_lender.h"
#include "check.h"

namespace ringsnake::spec {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

struct Pair {
  explicit Pair(std::uint64_t limit = 64 * kMiB) {
    EndpointOptions options;
    options.ring_capacity = wire::kRingCapacityMin;
    options.bulk_limit = limit;
    OwnedDescriptor socket;
    CHECK(Endpoint::create(options, &lender, &socket).is_ok());
    CHECK(Endpoint::attach(socket.get(), options, &borrower).is_ok());
  }
  std::unique_ptr<Endpoint> lender;
  std::unique_ptr<Endpoint> borrower;
};

std::vector<std::byte> reference_bytes(const BulkReference& reference) {
  std::vector<std::byte> bytes(wire::kBulkReferenceBytes);
  write_bulk_reference(bytes.data(), reference);
  return bytes;
}

BulkReference lend(Endpoint& lender, std::uint64_t size) {
  std::optional<BulkLender::Allocation> allocation;
  CHECK(lender.try_allocate(size, &allocation).is_ok() && allocation);
  return lender.lender.lend(allocation->number, size);
}

Status borrow(Endpoint& borrower, const BulkReference& reference, std::optional<Loan>* out) {
  return borrower.borrow(reference_bytes(reference), out);
}

bool is_broken(Endpoint& borrower, const BulkReference& reference) {
  std::optional<Loan> loan;
  return borrow(borrower, reference, &loan).code == StatusCode::kBroken && !loan;
}

int unsealed_segment(std::size_t size) {
  const int descriptor = ::memfd_create("spec", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  CHECK(::ftruncate(descriptor, static_cast<off_t>(size)) == 0);
  return descriptor;
}

// A peer that says it lends segment 0, of this descriptor.
struct Liar {
  Liar() { CHECK(channel_socket_pair(sockets).is_ok()); }
  ~Liar() {
    ::close(sockets[0]);
    ::close(sockets[1]);
  }
  Status announce(int descriptor, std::uint32_t number = 0) {
    const Status sent = send_channel_packet(sockets[0], wire::kChannelPacketSegment, number,
                                            std::span(&descriptor, 1));
    ::close(descriptor);
    CHECK(sent.is_ok());
    BulkBorrower borrower(sockets[1], 64 * kMiB);
    std::optional<Loan> loan;
    return borrower.borrow(reference_bytes({0, 1, 1}), &loan);
  }
  int sockets[2];
};

}  // namespace
}  // namespace ringsnake::spec

int main() {
  using namespace ringsnake;
  using namespace ringsnake::spec;

  test("what the lender wrote is what the borrower reads, whatever the size", [] {
    Pair pair;
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{65536},
                                     std::uint64_t{65537}, 10 * kMiB}) {
      std::optional<BulkLender::Allocation> allocation;
      CHECK(pair.lender->try_allocate(size, &allocation).is_ok() && allocation);
      CHECK(allocation->payload.size() >= size);
      std::memset(allocation->payload.data(), 7, size);
      std::optional<Loan> loan;
      CHECK(borrow(*pair.borrower, pair.lender->lender.lend(allocation->number, size), &loan)
                .is_ok());
      CHECK(loan->payload().size() == size);
      for (const std::byte byte : loan->payload()) CHECK(byte == std::byte{7});
      CHECK(loan->give_back());
    }
    CHECK(pair.lender->lender.outstanding_bytes() == 0);
  });

  test("BULK-6: a loan is given back once, and a stale one not at all", [] {
    Pair pair;
    const BulkReference first = lend(*pair.lender, 10);
    std::optional<Loan> loan;
    CHECK(borrow(*pair.borrower, first, &loan).is_ok());
    Loan copy = *loan;
    CHECK(loan->give_back());
    CHECK(!copy.give_back());
    const BulkReference second = lend(*pair.lender, 10);
    CHECK(second.segment == first.segment && second.generation == first.generation + 2);
    CHECK(!copy.give_back());
    CHECK(pair.lender->lender.outstanding_bytes() > 0);
    CHECK(is_broken(*pair.borrower, first));
  });

  test("BULK-5: a reference that fits nothing breaks the channel", [] {
    Pair pair;
    const BulkReference good = lend(*pair.lender, 10);
    CHECK(is_broken(*pair.borrower, {wire::kSegmentsMax, good.generation, 10}));
    CHECK(is_broken(*pair.borrower, {~0U, good.generation, 10}));
    CHECK(is_broken(*pair.borrower, {good.segment + 1, good.generation, 10}));
    CHECK(is_broken(*pair.borrower, {good.segment, good.generation + 1, 10}));
    CHECK(is_broken(*pair.borrower, {good.segment, 0, 10}));
    CHECK(is_broken(*pair.borrower, {good.segment, good.generation, 65537}));
    CHECK(is_broken(*pair.borrower, {good.segment, good.generation, ~std::uint64_t{0}}));
    std::optional<Loan> loan;
    const std::vector<std::byte> cut(wire::kBulkReferenceBytes - 1);
    CHECK(pair.borrower->borrow(cut, &loan).code == StatusCode::kBroken);
    CHECK(borrow(*pair.borrower, good, &loan).is_ok());
  });

  test("BULK-7: at the limit there is no segment, until one comes back", [] {
    Pair pair(4 * kMiB);
    std::vector<BulkReference> lent;
    lent.reserve(4);
    for (int i = 0; i < 4; ++i) lent.push_back(lend(*pair.lender, kMiB));
    std::optional<BulkLender::Allocation> allocation;
    CHECK(pair.lender->try_allocate(1, &allocation).is_ok() && !allocation);
    pair.lender->waiter.want_segment(true);
    CHECK(!pair.lender->waiter.ready());
    std::optional<Loan> loan;
    CHECK(borrow(*pair.borrower, lent[2], &loan).is_ok() && loan->give_back());
    pair.borrower->waiter.count_returned();
    CHECK(pair.lender->waiter.ready());
    CHECK(pair.lender->try_allocate(1, &allocation).is_ok() && allocation->number == 2);
    CHECK(pair.lender->try_allocate(5 * kMiB, &allocation).code == StatusCode::kInvalidArgument);
  });

  test("BULK-7: retired segments are unmapped by the borrower, too", [] {
    Pair pair(4 * kMiB);
    for (int round = 0; round < 50; ++round) {
      const std::uint64_t size = (std::uint64_t{1} << (round % 3)) * kMiB;
      std::optional<Loan> loan;
      CHECK(borrow(*pair.borrower, lend(*pair.lender, size), &loan).is_ok());
      CHECK(loan->payload().size() == size && loan->give_back());
      CHECK(pair.lender->lender.total_bytes() <= 4 * kMiB);
    }
  });

  test("BULK-7: a segment that was retired before it was lent takes no room from the next", [] {
    Pair pair(4 * kMiB);
    for (std::uint64_t mebibytes = 1; mebibytes <= 4; mebibytes *= 2) {
      std::optional<BulkLender::Allocation> unused;
      CHECK(pair.lender->try_allocate(mebibytes * kMiB, &unused).is_ok() && unused);
      pair.lender->lender.drop(unused->number);
    }
    std::optional<Loan> loan;
    CHECK(borrow(*pair.borrower, lend(*pair.lender, 4 * kMiB), &loan).is_ok());
  });

  test("BULK-12: values have half of the bytes and half of the segments", [] {
    Pair pair(8 * kMiB);
    std::optional<BulkLender::Allocation> allocation;
    for (int i = 0; i < 4; ++i) {
      CHECK(pair.lender->try_allocate_value(kMiB, &allocation).is_ok() && allocation);
    }
    CHECK(pair.lender->try_allocate_value(1, &allocation).is_ok() && !allocation);
    CHECK(pair.lender->try_allocate(4 * kMiB, &allocation).is_ok() && allocation);
    Pair many(64 * kMiB);
    for (std::uint32_t i = 0; i < wire::kSegmentsMax / wire::kValueShare; ++i) {
      CHECK(many.lender->try_allocate_value(1, &allocation).is_ok() && allocation);
    }
    CHECK(many.lender->try_allocate_value(1, &allocation).is_ok() && !allocation);
    CHECK(many.lender->try_allocate(1, &allocation).is_ok() && allocation);
    CHECK(many.lender->try_allocate_value(~std::uint64_t{0}, &allocation).is_ok() && !allocation);
  });

  test("BULK-12: a value that takes what came back does not hide it from who waits", [] {
    Pair pair(4 * kMiB);
    std::vector<BulkReference> lent;
    lent.reserve(4);
    for (int i = 0; i < 4; ++i) lent.push_back(lend(*pair.lender, kMiB));
    std::optional<BulkLender::Allocation> allocation;
    CHECK(pair.lender->try_allocate(kMiB, &allocation).is_ok() && !allocation);
    pair.lender->waiter.want_segment(true);
    std::optional<Loan> loan;
    CHECK(borrow(*pair.borrower, lent[0], &loan).is_ok() && loan->give_back());
    pair.borrower->waiter.count_returned();
    CHECK(pair.lender->try_allocate_value(kMiB, &allocation).is_ok());
    CHECK(pair.lender->waiter.ready());
  });

  test("BULK-11: what was placed for a message that is given up is free again", [] {
    Pair pair(2 * kMiB);
    ValueLender values(*pair.lender);
    for (int i = 0; i < 3; ++i) {
      CHECK(values.place(kMiB) && !values.place(kMiB));
      values.drop();
    }
    const auto place = values.place(kMiB);
    CHECK(place.has_value());
    std::optional<Loan> loan;
    CHECK(!pair.borrower->borrow_value(place->reference, &loan).is_ok());
    values.lend();
    CHECK(pair.borrower->borrow_value(place->reference, &loan).is_ok());
  });

  test("BULK-13, BULK-14: a value is taken once, and only from what was lent", [] {
    Pair pair;
    ValueLender values(*pair.lender);
    const auto place = values.place(100);
    CHECK(place.has_value());
    values.lend();
    const ValueReference good = place->reference;
    std::optional<Loan> loan;
    const auto is_refused = [&](const ValueReference& reference) {
      return pair.borrower->borrow_value(reference, &loan).code == StatusCode::kInvalidArgument &&
             !loan;
    };
    CHECK(is_refused({wire::kSegmentsMax, good.generation, 0, 100}));
    CHECK(is_refused({~0U, good.generation, 0, 100}));
    CHECK(is_refused({good.segment + 1, good.generation, 0, 100}));
    CHECK(is_refused({good.segment, good.generation + 1, 0, 100}));
    CHECK(is_refused({good.segment, good.generation + 2, 0, 100}));
    CHECK(is_refused({good.segment, good.generation, 0, wire::kSegmentCapacityMin + 1}));
    CHECK(is_refused({good.segment, good.generation, wire::kSegmentCapacityMin, 1}));
    CHECK(is_refused({good.segment, good.generation, ~std::uint64_t{0}, 2}));
    CHECK(is_refused({good.segment, good.generation, 1, ~std::uint64_t{0}}));
    CHECK(is_refused({good.segment, good.generation, 0, 0}));
    CHECK(pair.borrower->borrow_value({good.segment, good.generation, 8, 92}, &loan).is_ok());
    CHECK(loan->payload().size() == 92);
    CHECK(loan->payload().data() == loan->segment()->payload().data() + 8);
    std::optional<Loan> again;
    CHECK(!pair.borrower->borrow_value(good, &again).is_ok());
    CHECK(loan->give_back() && !loan->give_back());
    CHECK(!pair.borrower->borrow_value(good, &again).is_ok());
  });

  test("BULK-11: data that lies in an allocation is found there, until it is lent", [] {
    Pair pair;
    ValueLender values(*pair.lender);
    std::optional<BulkLender::Allocation> allocation;
    CHECK(pair.lender->try_allocate_value(1000, &allocation).is_ok() && allocation);
    const std::span<const std::byte> data = allocation->payload.subspan(8, 100);
    const auto found = values.find(data);
    CHECK(found && found->segment == allocation->number && found->offset == 8);
    CHECK(found->length == 100 && !values.find(data));
    values.drop();
    CHECK(values.find(data).has_value());
    values.lend();
    CHECK(!values.find(data));
    CHECK(!values.find(allocation->payload.first(0).subspan(0, 0)));
    const std::byte elsewhere{};
    CHECK(!values.find(std::span(&elsewhere, 1)));
    std::optional<Loan> loan;
    CHECK(pair.borrower->borrow_value(*found, &loan).is_ok() && loan->give_back());
    // It came back, and is still its holder's: nobody else fills it.
    std::optional<BulkLender::Allocation> other;
    CHECK(pair.lender->try_allocate(1000, &other).is_ok() && other->number != allocation->number);
    CHECK(values.find(data).has_value());
  });

  test("BULK-9: a loan outlives its lender", [] {
    std::optional<Loan> loan;
    {
      Pair pair;
      std::optional<BulkLender::Allocation> allocation;
      CHECK(pair.lender->try_allocate(kMiB, &allocation).is_ok());
      std::memset(allocation->payload.data(), 9, kMiB);
      CHECK(borrow(*pair.borrower, pair.lender->lender.lend(allocation->number, kMiB), &loan)
                .is_ok());
    }
    for (const std::byte byte : loan->payload()) CHECK(byte == std::byte{9});
  });

  test("BULK-4: a segment that could shrink, or has an impossible size or header, is refused", [] {
    CHECK(Liar().announce(unsealed_segment(wire::kSegmentHeaderBytes + 65536)).code ==
          StatusCode::kBroken);
    const int small = unsealed_segment(4096);
    ::fcntl(small, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    CHECK(Liar().announce(small).code == StatusCode::kBroken);
    const int headless = unsealed_segment(wire::kSegmentHeaderBytes + 65536);
    ::fcntl(headless, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    CHECK(Liar().announce(headless).code == StatusCode::kBroken);
    const int huge = unsealed_segment(wire::kSegmentHeaderBytes + 65 * kMiB);
    ::fcntl(huge, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    CHECK(Liar().announce(huge).code == StatusCode::kBroken);
    CHECK(Liar().announce(::open("/dev/null", O_RDWR | O_CLOEXEC)).code != StatusCode::kOk);
    CHECK(Liar().announce(unsealed_segment(65536), 64).code == StatusCode::kBroken);
  });

  test("BULK-2: while this process may open no more a message waits for its descriptor", [] {
    Pair pair;
    const BulkReference reference = lend(*pair.lender, 10);
    CHECK(pair.borrower->meet().is_ok());
    rlimit before{};
    CHECK(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{3, before.rlim_max};
    CHECK(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    std::optional<Loan> loan;
    const Status status = borrow(*pair.borrower, reference, &loan);
    CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(status.code == StatusCode::kSystem && status.error_number == EMFILE);
    CHECK(!loan);
    CHECK(borrow(*pair.borrower, reference, &loan).is_ok() && loan);
    CHECK(borrow(*pair.borrower, lend(*pair.lender, 10), &loan).is_ok() && loan);
  });

  test("BULK-1: what is no packet of ours is refused", [] {
    for (const std::size_t length : {1, 11, 13, 4096}) {
      int sockets[2];
      CHECK(channel_socket_pair(sockets).is_ok());
      const std::vector<std::byte> junk(length, std::byte{3});
      CHECK(::write(sockets[0], junk.data(), junk.size()) == static_cast<ssize_t>(length));
      std::unique_ptr<Endpoint> endpoint;
      CHECK(Endpoint::attach(sockets[1], {}, &endpoint).code == StatusCode::kBroken);
      ::close(sockets[0]);
    }
    std::unique_ptr<Endpoint> endpoint;
    CHECK(Endpoint::attach(::open("/dev/null", O_RDONLY | O_CLOEXEC), {}, &endpoint).code ==
          StatusCode::kSystem);
  });
  return 0;
}
