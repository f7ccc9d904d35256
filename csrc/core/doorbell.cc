#include "doorbell.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace ringsnake {

Status Doorbell::create(Doorbell* out) noexcept {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) return Status::system("eventfd", errno);
  *out = Doorbell(descriptor);
  return Status::ok();
}

Doorbell::Doorbell(Doorbell&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}

Doorbell& Doorbell::operator=(Doorbell&& from) noexcept {
  std::swap(descriptor_, from.descriptor_);
  return *this;
}

Doorbell::~Doorbell() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Doorbell::press() const noexcept {
  const std::uint64_t one = 1;
  // EAGAIN means that the counter is saturated, so the descriptor is readable anyway.
  [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, &one, sizeof one);
}

void Doorbell::clear() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t ignored = ::read(descriptor_, &count, sizeof count);
}

}  // namespace ringsnake
