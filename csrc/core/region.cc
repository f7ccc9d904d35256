#include "region.h"

#include <bit>
#include <cerrno>
#include <new>
#include <utility>

#include "share.h"
#include "shared_memory.h"

namespace ringsnake {
namespace {

bool is_ring_capacity(std::uint32_t capacity) noexcept {
  return capacity >= wire::kRingCapacityMin && capacity <= wire::kRingCapacityMax &&
         std::has_single_bit(capacity);
}

std::size_t region_bytes(std::uint32_t ring_capacity) noexcept {
  return wire::kControlPageBytes + 2 * static_cast<std::size_t>(ring_capacity);
}

}  // namespace

Status Region::create(std::uint32_t ring_capacity, std::shared_ptr<Region>* out) noexcept {
  if (!is_ring_capacity(ring_capacity)) {
    return Status::invalid("the ring capacity must be a power of two from 64 KiB to 1 GiB");
  }
  SharedMapping mapping;
  const Status created = create_shared_memory(region_bytes(ring_capacity), Prefault::kNo, &mapping);
  if (!created.is_ok()) return created;
  auto& page = *reinterpret_cast<ControlPage*>(mapping.data());
  page.magic = wire::kRegionMagic;
  page.version = wire::kWireVersion;
  page.ring_capacity = ring_capacity;
  return adopt(std::move(mapping), ring_capacity, out);
}

Status Region::attach(int descriptor, std::shared_ptr<Region>* out) noexcept {
  SharedMapping mapping;
  const Status attached =
      attach_shared_memory(OwnedDescriptor(descriptor), region_bytes(wire::kRingCapacityMin),
                           region_bytes(wire::kRingCapacityMax), Prefault::kNo, &mapping);
  if (!attached.is_ok()) return attached;
  const auto& page = *reinterpret_cast<const volatile ControlPage*>(mapping.data());
  const std::uint32_t magic = page.magic;
  const std::uint32_t version = page.version;
  const std::uint32_t ring_capacity = page.ring_capacity;
  if (magic != wire::kRegionMagic || version != wire::kWireVersion ||
      !is_ring_capacity(ring_capacity) || region_bytes(ring_capacity) != mapping.size()) {
    return Status::broken("the region's header is not one of this wire version");
  }
  return adopt(std::move(mapping), ring_capacity, out);
}

Status Region::adopt(SharedMapping mapping, std::uint32_t ring_capacity,
                     std::shared_ptr<Region>* out) noexcept {
  auto* const region = new (std::nothrow) Region(std::move(mapping), ring_capacity);
  if (region == nullptr) return Status::system("memory for a region", ENOMEM);
  return share(region, out);
}

}  // namespace ringsnake
