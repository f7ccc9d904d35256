// The side that does what the driver's tasks say, and sleeps in between.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "fail.h"
#include "task.h"
#include "windows.h"

namespace ringsnake::bench {

// A copy that the compiler cannot leave out, since both sides of every party copy.
inline void copy_out(std::span<const std::byte> record, std::vector<std::byte>& buffer) {
  if (buffer.size() < record.size()) buffer.resize(record.size());
  std::memcpy(buffer.data(), record.data(), record.size());
  asm volatile("" : : "r"(buffer.data()) : "memory");
}

// Sends records for as long as the task says, then an empty one.
template <class Link>
void run_source(Link& link, const Task& task) {
  const std::vector<std::byte> payload(task.payload_bytes, std::byte{7});
  const auto end = Clock::now() + std::chrono::milliseconds(task.milliseconds);
  do {
    for (std::uint32_t i = 0; i < task.batch; ++i) link.send(payload);
    link.flush();
  } while (Clock::now() < end);
  link.send({});
  link.flush();
}

// Takes records until an empty one comes. Calls `each` for every other.
template <class Link, class Each>
bool take_until_empty(Link& link, Each each) {
  bool ended = false;
  while (!ended) {
    const bool there = link.receive([&](std::span<const std::byte> record) {
      ended = record.empty();
      if (!ended) each(record);
      return !ended;
    });
    // What `each` sent is seen once for all records that were there.
    if (!there) return false;
    link.flush();
  }
  return true;
}

template <class Link>
class Peer {
 public:
  explicit Peer(Link& link) : link_(link) {}

  // Returns when the driver is gone.
  void run() {
    while (true) {
      Task task;
      const bool there = link_.receive([&](std::span<const std::byte> record) {
        task = read_task(record);
        return false;
      });
      if (!there || !perform(task)) return;
    }
  }

 private:
  bool perform(const Task& task) {
    switch (static_cast<TaskKind>(task.kind)) {
      case TaskKind::kEcho:
        return take_until_empty(link_, [this](auto record) { link_.send(record); });
      case TaskKind::kSink:
        return sink(task);
      case TaskKind::kSource:
        run_source(link_, task);
        return true;
      case TaskKind::kAnswer:
        return take_until_empty(link_, [this](auto record) { link_.send(record.first(8)); });
      default:
        fail("the driver's task is unknown");
    }
  }

  bool sink(const Task& task) {
    Windows windows(task.window_us, task.payload_bytes);
    const bool ended = take_until_empty(link_, [&](auto record) {
      copy_out(record, buffer_);
      windows.count(1);
    });
    if (!ended) return false;
    link_.send(std::as_bytes(std::span(windows.values())));
    link_.flush();
    return true;
  }

  Link& link_;
  std::vector<std::byte> buffer_;
};

}  // namespace ringsnake::bench
