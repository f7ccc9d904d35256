// Values by reference in JavaScript: the data that a message being written takes along, and the
// ArrayBuffers over the peer's segments and our own. Normative: spec/wire/bulk.md §6.
//
// Every such buffer ends with a loan of its own: collected, or released, it gives the segment back.
// No two live ones have the same memory. Threads: the environment's own.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "../core/endpoint.h"
#include "../core/value_lender.h"

namespace ringsnake::node {

// What a buffer stands for. Gives it back at its end.
class ValueHold {
 public:
  ValueHold(Loan loan, std::weak_ptr<Endpoint> endpoint)
      : endpoint_(std::move(endpoint)), segment_(loan.segment()), loan_(std::move(loan)) {}
  // A segment of ours, being filled.
  ValueHold(std::uint32_t number, const std::shared_ptr<Endpoint>& endpoint)
      : endpoint_(endpoint), segment_(endpoint->lender.segment(number)), number_(number) {}
  ValueHold(const ValueHold&) = delete;
  ValueHold& operator=(const ValueHold&) = delete;
  ~ValueHold();

 private:
  std::weak_ptr<Endpoint> endpoint_;
  std::shared_ptr<Segment> segment_;
  std::optional<Loan> loan_;
  std::uint32_t number_ = 0;
};

// The live buffers of one environment, by the address of their data. Finalizers share it: they may
// run after the environment's own data is gone.
class ValueBuffers {
 public:
  // Over `bytes`, which `hold` keeps. Undefined with an exception pending, or in an environment
  // that is being terminated.
  static Napi::Value make(Napi::Env env, const std::shared_ptr<ValueBuffers>& buffers,
                          std::unique_ptr<ValueHold> hold, std::span<std::byte> bytes);
  // Empties the buffer and ends what it stands for. False if it is none of these.
  bool release(const Napi::ArrayBuffer& buffer);

 private:
  struct Owner;
  std::unordered_map<const void*, Owner*> live_;
};

class ValueTable {
 public:
  ValueTable(const std::shared_ptr<Endpoint>& endpoint, std::shared_ptr<ValueBuffers> buffers)
      : endpoint_(endpoint), buffers_(std::move(buffers)), lender_(*endpoint) {}

  // Puts the data into a segment, or finds it in one. Nothing: it goes in band.
  std::optional<ValueReference> place(const Napi::TypedArray& data);
  // The message that refers to what was placed was sent, or given up.
  void settle(bool sent);

  // A buffer over the data. Invalid: what is wrong with the reference.
  Status borrow(Napi::Env env, const ValueReference& reference, Napi::Value* out);
  // A buffer over a segment of ours; undefined when there is none to be had now.
  Napi::Value allocate(Napi::Env env, std::uint64_t size);

 private:
  const std::shared_ptr<Endpoint> endpoint_;
  const std::shared_ptr<ValueBuffers> buffers_;
  ValueLender lender_;
  // Buffers whose memory goes with the message.
  std::vector<Napi::Reference<Napi::ArrayBuffer>> leaving_;
};

}  // namespace ringsnake::node
