#include "segment.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <new>

#include "share.h"

namespace ringsnake {
namespace {

static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

constexpr std::uint64_t kPayloadMax = std::uint64_t{1} << 40;

}  // namespace

std::uint64_t Segment::capacity_for(std::uint64_t size) noexcept {
  // Powers of two, so that few sizes serve many messages.
  return std::bit_ceil(std::clamp<std::uint64_t>(size, wire::kSegmentCapacityMin, kPayloadMax));
}

Status Segment::create(std::uint64_t size, std::shared_ptr<Segment>* out) noexcept {
  if (size > kPayloadMax) return Status::invalid("a bulk message has at most 1 TiB");
  const std::uint64_t payload = capacity_for(size);
  SharedMapping mapping;
  const Status created =
      create_shared_memory(wire::kSegmentHeaderBytes + payload, Prefault::kYes, &mapping);
  if (!created.is_ok()) return created;
  auto* const header = reinterpret_cast<std::uint32_t*>(mapping.data());
  header[wire::kSegmentMagicOffset / sizeof *header] = wire::kSegmentMagic;
  header[wire::kSegmentVersionOffset / sizeof *header] = wire::kWireVersion;
  return adopt(std::move(mapping), out);
}

Status Segment::attach(int descriptor, std::uint64_t most, std::shared_ptr<Segment>* out) noexcept {
  SharedMapping mapping;
  const Status attached = attach_shared_memory(
      OwnedDescriptor(descriptor), wire::kSegmentHeaderBytes + wire::kSegmentCapacityMin,
      wire::kSegmentHeaderBytes + std::min(most, kPayloadMax), Prefault::kYes, &mapping);
  if (!attached.is_ok()) return attached;
  const auto* const header = reinterpret_cast<const volatile std::uint32_t*>(mapping.data());
  if (header[wire::kSegmentMagicOffset / sizeof *header] != wire::kSegmentMagic ||
      header[wire::kSegmentVersionOffset / sizeof *header] != wire::kWireVersion) {
    return Status::broken("the segment's header is not one of this wire version");
  }
  return adopt(std::move(mapping), out);
}

Status Segment::adopt(SharedMapping mapping, std::shared_ptr<Segment>* out) noexcept {
  auto* const segment = new (std::nothrow) Segment(std::move(mapping));
  if (segment == nullptr) return Status::system("memory for a segment", ENOMEM);
  return share(segment, out);
}

std::uint32_t Segment::lend() noexcept {
  generation_ = next_generation();
  // edge LEND (with Segment::is_lent): relaxed, since the reference that tells the borrower of it
  // is published after, with release.
  state().store(generation_, std::memory_order_relaxed);
  return generation_++;
}

bool Segment::is_back() const noexcept {
  // edge RETURN (with Segment::give_back): the borrower's reads of the payload are over.
  return state().load(std::memory_order_acquire) == generation_;
}

void Segment::retire() noexcept {
  // edge RETIRE (with Segment::is_retired): the memory itself lives as long as a mapping of it.
  state().store(wire::kSegmentRetired, std::memory_order_relaxed);
}

bool Segment::is_lent(std::uint32_t generation) const noexcept {
  // edge LEND (with Segment::lend): the reference came by edge PUBLISH, so relaxed.
  return (generation & 1) != 0 && state().load(std::memory_order_relaxed) == generation;
}

bool Segment::give_back(std::uint32_t generation) noexcept {
  std::uint32_t expected = generation;
  // edge RETURN (with Segment::is_back): our reads of the payload before the word.
  return state().compare_exchange_strong(expected, generation + 1, std::memory_order_release,
                                         std::memory_order_relaxed);
}

bool Segment::is_retired() const noexcept {
  // edge RETIRE (with Segment::retire)
  return state().load(std::memory_order_relaxed) == wire::kSegmentRetired;
}

}  // namespace ringsnake
