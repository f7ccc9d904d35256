// A Unix stream socket as a link (ring_link.h): a length before each record, one system call to
// send it, as few as possible to receive. What programs use today.
//
// Threads: one. Ownership: owns the descriptor.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "fail.h"

namespace ringsnake::bench {

class SocketLink {
 public:
  explicit SocketLink(int descriptor) : descriptor_(descriptor), in_(kBufferBytes) {}
  SocketLink(const SocketLink&) = delete;
  SocketLink& operator=(const SocketLink&) = delete;
  ~SocketLink() { ::close(descriptor_); }

  void send(std::span<const std::byte> bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    out_.resize(sizeof length + bytes.size());
    std::memcpy(out_.data(), &length, sizeof length);
    std::memcpy(out_.data() + sizeof length, bytes.data(), bytes.size());
    for (std::size_t sent = 0; sent < out_.size();) {
      const ssize_t count =
          ::send(descriptor_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) fail("the peer went away in the middle of a stream");
      sent += static_cast<std::size_t>(count);
    }
  }

  void flush() noexcept {}

  template <class Each>
  bool receive(Each each) {
    std::size_t size = frame_size();
    for (; size == 0; size = frame_size()) {
      if (!fill()) return false;
    }
    for (bool more = true; more && size != 0; size = frame_size()) {
      more =
          each(std::span<const std::byte>(in_).subspan(begin_ + kLengthBytes, size - kLengthBytes));
      begin_ += size;
    }
    return true;
  }

 private:
  static constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;
  static constexpr std::size_t kLengthBytes = sizeof(std::uint32_t);

  // Of the whole frame at begin_; 0 while it is not complete. Makes room for it.
  std::size_t frame_size() {
    if (end_ - begin_ < kLengthBytes) return 0;
    std::uint32_t length = 0;
    std::memcpy(&length, &in_[begin_], sizeof length);
    const std::size_t size = kLengthBytes + length;
    if (size > in_.size()) in_.resize(size);
    return end_ - begin_ < size ? 0 : size;
  }

  bool fill() {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    const ssize_t count = ::recv(descriptor_, in_.data() + end_, in_.size() - end_, 0);
    if (count <= 0) return false;
    end_ += static_cast<std::size_t>(count);
    return true;
  }

  const int descriptor_;
  std::vector<std::byte> out_;
  std::vector<std::byte> in_;
  std::size_t begin_ = 0;  // of what was not given to `each` yet
  std::size_t end_ = 0;
};

}  // namespace ringsnake::bench
