#include "bulk_table.h"

#include <cerrno>
#include <optional>
#include <utility>

#include "throw_status.h"

namespace ringsnake::node {

double BulkTable::allocate(Napi::Env env, double size) {
  std::optional<BulkLender::Allocation> allocation;
  const Status status = endpoint_.try_allocate(static_cast<std::uint64_t>(size), &allocation);
  if (throw_if_failed(env, status) || !allocation) return -1;
  return allocation->number;
}

const SharedBuffer<Segment>& BulkTable::buffer_of(Napi::Env env,
                                                  const std::shared_ptr<Segment>& segment) {
  const auto found = buffers_.find(segment.get());
  if (found != buffers_.end()) return found->second.buffer;
  // A good moment to let go of what will never come back.
  std::erase_if(buffers_, [](const auto& entry) { return entry.second.segment->is_retired(); });
  Mapped mapped{segment, SharedBuffer<Segment>(env, segment, segment->payload())};
  return buffers_.emplace(segment.get(), std::move(mapped)).first->second.buffer;
}

Napi::Value BulkTable::buffer(Napi::Env env, std::uint32_t number) {
  return buffer_of(env, endpoint_.lender.segment(number)).value(env);
}

void BulkTable::lend(std::uint32_t number, double length, std::span<std::byte> room) {
  write_bulk_reference(room.data(),
                       endpoint_.lender.lend(number, static_cast<std::uint64_t>(length)));
  endpoint_.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
}

Napi::Value BulkTable::borrow(Napi::Env env, std::span<const std::byte> reference) {
  std::optional<Loan> loan;
  const Status status = endpoint_.borrow(reference, &loan);
  const bool comes_later = status.error_number == EMFILE;
  if (comes_later || throw_if_failed(env, status) || !loan) return env.Undefined();
  const Napi::Object result = Napi::Object::New(env);
  result.Set("loan", next_loan_);
  result.Set("buffer", buffer_of(env, loan->segment()).value(env));
  result.Set("length", static_cast<double>(loan->payload().size()));
  loans_.emplace(next_loan_++, std::move(*loan));
  return result;
}

void BulkTable::give_back(std::uint32_t loan) {
  const auto found = loans_.find(loan);
  if (found == loans_.end()) return;
  if (found->second.give_back()) endpoint_.waiter.count_returned();
  loans_.erase(found);
}

void BulkTable::detach() {
  for (auto& [segment, mapped] : buffers_) mapped.buffer.detach();
  buffers_.clear();
  loans_.clear();
}

}  // namespace ringsnake::node
