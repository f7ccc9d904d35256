// Two mistakes with calls that fail, so that the tests are seen to find such. Each makes a call of
// the system and an allocation where it goes wrong.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "../../csrc/core/status.h"

namespace ringsnake::spec {

// Else the compiler would leave an allocation out whose memory nobody reads.
inline void* allocate_indeed(std::size_t size) {
  void* memory = std::malloc(size);  // NOLINT(cppcoreguidelines-no-malloc)
  asm volatile("" : "+r"(memory) : : "memory");
  return memory;
}

// What it has already is not given back when it cannot have the rest.
inline Status leak_on_failure() {
  const int first = ::eventfd(0, EFD_CLOEXEC);
  if (first < 0) return Status::system("the first eventfd", errno);
  const int second = ::eventfd(0, EFD_CLOEXEC);
  if (second < 0) return Status::system("the second eventfd", errno);
  ::close(first);
  ::close(second);
  void* const head = allocate_indeed(16);
  if (head == nullptr) return Status::system("memory for the head", ENOMEM);
  void* const body = allocate_indeed(16);
  if (body == nullptr) return Status::system("memory for the body", ENOMEM);
  std::free(head);
  std::free(body);
  return Status::ok();
}

// It does not look whether it has what it asked for.
inline Status ignore_failure() {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC);
  ::eventfd_write(descriptor, 1);
  ::close(descriptor);
  auto* const memory = static_cast<volatile char*>(allocate_indeed(16));
  memory[0] = 1;
  std::free(const_cast<char*>(memory));
  return Status::ok();
}

}  // namespace ringsnake::spec
