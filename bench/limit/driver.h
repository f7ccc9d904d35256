// The side that measures: one slice for each order.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "fail.h"
#include "peer.h"
#include "task.h"
#include "windows.h"

namespace ringsnake::bench {

// One line of the driver's standard input: `call 64 300 5000 1 0`. Twin: bench/ring/order.ts.
struct Order {
  std::string action;  // call, answer, pipelined, send or receive
  std::uint32_t payload_bytes = 0;
  std::uint32_t milliseconds = 0;
  std::uint32_t window_us = 0;
  std::uint32_t batch = 1;
  std::uint32_t pause_ms = 0;  // before each call
};

template <class Link>
class Driver {
 public:
  explicit Driver(Link& link) : link_(link), times_(kMostTimes), clock_cost_(clock_cost()) {}

  // What the slice gave: nanoseconds of each call, or windows (windows.h).
  std::vector<std::uint32_t> obey(const Order& order) {
    payload_.assign(order.payload_bytes, std::byte{7});
    end_ = Clock::now() + std::chrono::milliseconds(order.milliseconds);
    if (order.action == "call") return call(order, TaskKind::kEcho);
    if (order.action == "answer") return call(order, TaskKind::kAnswer);
    if (order.action == "pipelined") return pipelined(order);
    if (order.action == "send") return send(order);
    if (order.action == "receive") return receive(order);
    fail("the order is unknown");
  }

 private:
  // More than a slice can have. Made and touched once: its fresh pages would count as the calls'.
  static constexpr std::size_t kMostTimes = 2'000'000;
  static constexpr std::uint32_t kInFlight = 64;

  static std::uint32_t nanoseconds(Clock::duration time) {
    const auto count = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    return static_cast<std::uint32_t>(count);
  }

  static Clock::duration clock_cost() {
    constexpr int kReads = 10'000;
    const auto before = Clock::now();
    for (int i = 1; i < kReads; ++i) Clock::now();
    return (Clock::now() - before) / kReads;
  }

  static Task task_of(TaskKind kind, const Order& order) {
    return {static_cast<std::uint32_t>(kind), order.payload_bytes, order.milliseconds,
            order.window_us, order.batch};
  }

  void start(TaskKind kind, const Order& order) {
    link_.send(bytes_of(task_of(kind, order)));
    link_.flush();
  }

  void send_end() {
    link_.send({});
    link_.flush();
  }

  // Waits for records and takes those that are there. How many.
  std::uint32_t take() {
    std::uint32_t records = 0;
    const bool there = link_.receive([&](std::span<const std::byte> record) {
      copy_out(record, buffer_);
      ++records;
      return true;
    });
    if (!there) fail("the peer went away");
    return records;
  }

  // One after the other.
  std::vector<std::uint32_t> call(const Order& order, TaskKind kind) {
    start(kind, order);
    std::size_t count = 0;
    for (auto before = Clock::now(); before < end_ && count < kMostTimes; ++count) {
      if (order.pause_ms > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(order.pause_ms));
        before = Clock::now();
      }
      link_.send(payload_);
      link_.flush();
      take();
      const auto after = Clock::now();
      times_[count] = nanoseconds(std::max(after - before - clock_cost_, Clock::duration(0)));
      before = after;
    }
    send_end();
    return {times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  // As many in flight as there may be, always.
  std::vector<std::uint32_t> pipelined(const Order& order) {
    start(TaskKind::kEcho, order);
    Windows windows(order.window_us, order.payload_bytes);
    std::uint32_t in_flight = 0;
    for (bool more = true; more || in_flight > 0; more = more && Clock::now() < end_) {
      for (; more && in_flight < kInFlight; ++in_flight) link_.send(payload_);
      link_.flush();
      const std::uint32_t records = take();
      windows.count(records);
      in_flight -= records;
    }
    send_end();
    return windows.values();
  }

  std::vector<std::uint32_t> send(const Order& order) {
    start(TaskKind::kSink, order);
    run_source(link_, task_of(TaskKind::kSource, order));
    std::vector<std::uint32_t> values;
    link_.receive([&](std::span<const std::byte> record) {
      values.resize(record.size() / sizeof(std::uint32_t));
      std::memcpy(values.data(), record.data(), values.size() * sizeof(std::uint32_t));
      return false;
    });
    return values;
  }

  std::vector<std::uint32_t> receive(const Order& order) {
    start(TaskKind::kSource, order);
    Windows windows(order.window_us, order.payload_bytes);
    const bool ended = take_until_empty(link_, [&](auto record) {
      copy_out(record, buffer_);
      windows.count(1);
    });
    if (!ended) fail("the peer went away");
    return windows.values();
  }

  Link& link_;
  std::vector<std::byte> payload_;
  std::vector<std::byte> buffer_;
  std::vector<std::uint32_t> times_;
  // Of one look at the clock, which is part of every time and no part of a call.
  const Clock::duration clock_cost_;
  Clock::time_point end_;
};

}  // namespace ringsnake::bench
