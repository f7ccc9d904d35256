#include "region.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <utility>

namespace ringsnake {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

bool is_ring_capacity(std::uint32_t capacity) noexcept {
  return capacity >= wire::kRingCapacityMin && capacity <= wire::kRingCapacityMax &&
         std::has_single_bit(capacity);
}

std::size_t region_bytes(std::uint32_t ring_capacity) noexcept {
  return wire::kControlPageBytes + 2 * static_cast<std::size_t>(ring_capacity);
}

// Closes its descriptor unless released: every early return below must not leak one.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

Status map(int descriptor, std::size_t size, std::byte** out) noexcept {
  void* const data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (data == MAP_FAILED) return Status::system("mmap of the region", errno);
  // A forked child is not a party to the conversation and must not be able to scribble into it.
  ::madvise(data, size, MADV_DONTFORK);
  *out = static_cast<std::byte*>(data);
  return Status::ok();
}

}  // namespace

Status Region::create(std::uint32_t ring_capacity, std::shared_ptr<Region>* out) {
  if (!is_ring_capacity(ring_capacity)) {
    return Status::invalid("the ring capacity must be a power of two from 64 KiB to 1 GiB");
  }
  OwnedDescriptor descriptor(::memfd_create("ringsnake", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (descriptor.get() < 0) return Status::system("memfd_create", errno);
  const std::size_t size = region_bytes(ring_capacity);
  if (::ftruncate(descriptor.get(), static_cast<off_t>(size)) != 0) {
    return Status::system("ftruncate of the region", errno);
  }
  // Without reserved pages a full machine would show itself as SIGBUS in the middle of a write.
  if (::fallocate(descriptor.get(), 0, 0, static_cast<off_t>(size)) != 0) {
    return Status::system("fallocate of the region", errno);
  }
  if (::fcntl(descriptor.get(), F_ADD_SEALS, kSeals) != 0) {
    return Status::system("sealing the region", errno);
  }
  std::byte* data = nullptr;
  if (const Status mapped = map(descriptor.get(), size, &data); !mapped.is_ok()) return mapped;
  out->reset(new Region(descriptor.release(), data, size, ring_capacity));
  ControlPage& page = (*out)->page();
  page.magic = wire::kRegionMagic;
  page.version = wire::kWireVersion;
  page.ring_capacity = ring_capacity;
  return Status::ok();
}

Status Region::attach(int raw_descriptor, std::shared_ptr<Region>* out) {
  OwnedDescriptor descriptor(raw_descriptor);
  // Seals first: an unsealed file could shrink after we measured it, and reading it would be
  // SIGBUS.
  const int seals = ::fcntl(descriptor.get(), F_GET_SEALS);
  if (seals < 0) return Status::system("the region's descriptor has no seals", errno);
  if ((seals & (F_SEAL_SHRINK | F_SEAL_GROW)) != (F_SEAL_SHRINK | F_SEAL_GROW)) {
    return Status::broken("the region is not sealed against resizing");
  }
  struct stat information{};
  if (::fstat(descriptor.get(), &information) != 0)
    return Status::system("fstat of the region", errno);
  const auto size = static_cast<std::size_t>(information.st_size);
  if (size < region_bytes(wire::kRingCapacityMin) || size > region_bytes(wire::kRingCapacityMax)) {
    return Status::broken("the region has an impossible size");
  }
  std::byte* data = nullptr;
  if (const Status mapped = map(descriptor.get(), size, &data); !mapped.is_ok()) return mapped;
  const auto& page = *reinterpret_cast<const volatile ControlPage*>(data);
  const std::uint32_t magic = page.magic;
  const std::uint32_t version = page.version;
  const std::uint32_t ring_capacity = page.ring_capacity;
  if (magic != wire::kRegionMagic || version != wire::kWireVersion ||
      !is_ring_capacity(ring_capacity) || region_bytes(ring_capacity) != size) {
    ::munmap(data, size);
    return Status::broken("the region's header is not one of this wire version");
  }
  out->reset(new Region(descriptor.release(), data, size, ring_capacity));
  return Status::ok();
}

Region::~Region() {
  ::munmap(data_, size_);
  ::close(descriptor_);
}

}  // namespace ringsnake
