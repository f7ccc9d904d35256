#include "shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ringsnake {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

Status map(OwnedDescriptor descriptor, std::size_t size, Prefault prefault,
           SharedMapping* out) noexcept {
  const int flags = MAP_SHARED | (prefault == Prefault::kYes ? MAP_POPULATE : 0);
  void* const data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, descriptor.get(), 0);
  if (data == MAP_FAILED) return Status::system("mmap of shared memory", errno);
  // A forked child is not a party to the conversation and must not be able to scribble into it.
  ::madvise(data, size, MADV_DONTFORK);
  *out = SharedMapping(std::move(descriptor), static_cast<std::byte*>(data), size);
  return Status::ok();
}

}  // namespace

OwnedDescriptor::~OwnedDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

SharedMapping::SharedMapping(OwnedDescriptor descriptor, std::byte* data, std::size_t size) noexcept
    : descriptor_(std::move(descriptor)), data_(data), size_(size), process_(::getpid()) {}

SharedMapping& SharedMapping::operator=(SharedMapping&& from) noexcept {
  descriptor_ = std::move(from.descriptor_);
  std::swap(data_, from.data_);
  std::swap(size_, from.size_);
  std::swap(process_, from.process_);
  return *this;
}

SharedMapping::~SharedMapping() {
  if (data_ != nullptr && is_mapped_here()) ::munmap(data_, size_);
}

bool SharedMapping::is_mapped_here() const noexcept { return process_ == ::getpid(); }

Status create_shared_memory(std::size_t size, Prefault prefault, SharedMapping* out) noexcept {
  OwnedDescriptor descriptor(::memfd_create("ringsnake", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (descriptor.get() < 0) return Status::system("memfd_create", errno);
  if (::ftruncate(descriptor.get(), static_cast<off_t>(size)) != 0) {
    return Status::system("ftruncate of shared memory", errno);
  }
  int reserved = 0;
  // Interrupted by a signal, it is to be asked again.
  do {
    reserved = ::fallocate(descriptor.get(), 0, 0, static_cast<off_t>(size));
  } while (reserved != 0 && errno == EINTR);
  if (reserved != 0) return Status::system("fallocate of shared memory", errno);
  if (::fcntl(descriptor.get(), F_ADD_SEALS, kSeals) != 0) {
    return Status::system("sealing shared memory", errno);
  }
  return map(std::move(descriptor), size, prefault, out);
}

Status attach_shared_memory(OwnedDescriptor descriptor, std::size_t least, std::size_t most,
                            Prefault prefault, SharedMapping* out) noexcept {
  // Seals first: an unsealed file could shrink after we measured it.
  const int seals = ::fcntl(descriptor.get(), F_GET_SEALS);
  if (seals < 0) return Status::system("the descriptor of shared memory has no seals", errno);
  if ((seals & (F_SEAL_SHRINK | F_SEAL_GROW)) != (F_SEAL_SHRINK | F_SEAL_GROW)) {
    return Status::broken("the shared memory is not sealed against resizing");
  }
  struct stat information{};
  if (::fstat(descriptor.get(), &information) != 0) {
    return Status::system("fstat of shared memory", errno);
  }
  const auto size = static_cast<std::size_t>(information.st_size);
  if (size < least || size > most)
    return Status::broken("the shared memory has an impossible size");
  return map(std::move(descriptor), size, prefault, out);
}

}  // namespace ringsnake
