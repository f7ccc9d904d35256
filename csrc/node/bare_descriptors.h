// Descriptors that JavaScript holds as bare numbers. A thread that is terminated runs no `finally`,
// so what it has left is closed with its environment. Threads: the environment's own.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <unordered_map>

#include "../core/shared_memory.h"

namespace ringsnake::node {

class BareDescriptors {
 public:
  BareDescriptors() = default;
  BareDescriptors(const BareDescriptors&) = delete;
  BareDescriptors& operator=(const BareDescriptors&) = delete;
  ~BareDescriptors() {
    for (const auto& [number, inode] : inodes_) {
      if (inode == inode_of(number)) ::close(number);
    }
  }

  // Its number; ours until `forget`.
  int add(OwnedDescriptor descriptor) {
    const int number = descriptor.release();
    inodes_[number] = inode_of(number);
    return number;
  }
  // Somebody else closes it from now on. It need not be one of ours.
  void forget(int number) { inodes_.erase(number); }

 private:
  // 0 when it is not open. Who took a descriptor over may have closed it before it could be
  // forgotten, as libuv does with all that it owns before this ends; by then the number may be
  // another thread's.
  static ::ino_t inode_of(int number) {
    struct ::stat information{};
    return ::fstat(number, &information) == 0 ? information.st_ino : 0;
  }

  std::unordered_map<int, ::ino_t> inodes_;
};

}  // namespace ringsnake::node
