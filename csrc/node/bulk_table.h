// What JavaScript holds of bulk messages: segments to fill, loans of the peer, and the one
// ArrayBuffer of each segment. Threads: the environment's own.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "../core/endpoint.h"
#include "shared_buffer.h"

namespace ringsnake::node {

class BulkTable {
 public:
  explicit BulkTable(Endpoint& endpoint) : endpoint_(endpoint) {}

  // The number of a segment to fill; -1 when none is to be had now. Throws.
  double allocate(Napi::Env env, double size);
  // The payload of such a segment, from its beginning.
  Napi::Value buffer(Napi::Env env, std::uint32_t number);
  // Lends it to the peer, and says so in the ring. `room`: a claim for the reference.
  void lend(std::uint32_t number, double length, std::span<std::byte> room);
  void drop(std::uint32_t number) { endpoint_.lender.drop(number); }

  // The peer's message: an object { loan, buffer, length }. Undefined: not while this process may
  // open no more. Throws.
  Napi::Value borrow(Napi::Env env, std::span<const std::byte> reference);
  void give_back(std::uint32_t loan);

  // Views of the segments become empty.
  void detach();

 private:
  // One buffer for each mapping: making one costs more than using it.
  const SharedBuffer<Segment>& buffer_of(Napi::Env env, const std::shared_ptr<Segment>& segment);

  struct Mapped {
    std::shared_ptr<Segment> segment;
    SharedBuffer<Segment> buffer;
  };
  Endpoint& endpoint_;
  std::unordered_map<const Segment*, Mapped> buffers_;
  std::unordered_map<std::uint32_t, Loan> loans_;
  std::uint32_t next_loan_ = 0;
};

}  // namespace ringsnake::node
