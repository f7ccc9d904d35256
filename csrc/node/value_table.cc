#include "value_table.h"

#include <cstring>
#include <span>
#include <utility>

namespace ringsnake::node {

ValueHold::~ValueHold() {
  const std::shared_ptr<Endpoint> endpoint = endpoint_.lock();
  if (loan_) {
    if (loan_->give_back() && endpoint) endpoint->waiter.count_returned();
  } else if (endpoint) {
    endpoint->lender.drop(number_);
  }
}

// Belongs to its buffer's finalizer.
struct ValueBuffers::Owner {
  std::shared_ptr<ValueBuffers> buffers;
  std::unique_ptr<ValueHold> hold;  // null once released
};

Napi::Value ValueBuffers::make(Napi::Env env, const std::shared_ptr<ValueBuffers>& buffers,
                               std::unique_ptr<ValueHold> hold, std::span<std::byte> bytes) {
  auto* const owner = new Owner{buffers, std::move(hold)};
  const Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(
      env, bytes.data(), bytes.size(),
      [](Napi::BasicEnv, void* data, Owner* ended) {
        const auto found = ended->buffers->live_.find(data);
        if (found != ended->buffers->live_.end() && found->second == ended) {
          ended->buffers->live_.erase(found);
        }
        delete ended;
      },
      owner);
  if (buffer.IsEmpty()) {
    delete owner;
    return env.Undefined();
  }
  buffers->live_[bytes.data()] = owner;
  return buffer;
}

bool ValueBuffers::release(const Napi::ArrayBuffer& buffer) {
  Napi::ArrayBuffer given(buffer);
  const auto found = live_.find(given.Data());
  if (found == live_.end()) return false;
  Owner* const owner = found->second;
  live_.erase(found);
  // Before the memory is anybody else's. The finalizer may run within it, or much later.
  std::unique_ptr<ValueHold> hold = std::move(owner->hold);
  given.Detach();
  return true;
}

std::optional<ValueReference> ValueTable::place(const Napi::TypedArray& data) {
  const Napi::ArrayBuffer buffer = data.ArrayBuffer();
  const std::span<const std::byte> bytes(
      static_cast<const std::byte*>(Napi::ArrayBuffer(buffer).Data()) + data.ByteOffset(),
      data.ByteLength());
  if (const auto found = lender_.find(bytes)) {
    leaving_.push_back(Napi::Persistent(buffer));
    return found;
  }
  const auto place = lender_.place(bytes.size());
  if (!place) return std::nullopt;
  std::memcpy(place->room.data(), bytes.data(), bytes.size());
  return place->reference;
}

void ValueTable::settle(bool sent) {
  if (sent) {
    lender_.lend();
    for (const auto& buffer : leaving_) buffers_->release(buffer.Value());
  } else {
    lender_.drop();
  }
  leaving_.clear();
}

Status ValueTable::borrow(Napi::Env env, const ValueReference& reference, Napi::Value* out) {
  std::optional<Loan> loan;
  const Status status = endpoint_->borrow_value(reference, &loan);
  if (!status.is_ok() || !loan) return status;
  const std::span<std::byte> bytes = loan->payload();
  *out = ValueBuffers::make(env, buffers_, std::make_unique<ValueHold>(std::move(*loan), endpoint_),
                            bytes);
  return status;
}

Napi::Value ValueTable::allocate(Napi::Env env, std::uint64_t size) {
  std::optional<BulkLender::Allocation> allocation;
  if (!endpoint_->try_allocate_value(size, &allocation).is_ok() || !allocation) {
    return env.Undefined();
  }
  return ValueBuffers::make(env, buffers_,
                            std::make_unique<ValueHold>(allocation->number, endpoint_),
                            allocation->payload.first(static_cast<std::size_t>(size)));
}

}  // namespace ringsnake::node
