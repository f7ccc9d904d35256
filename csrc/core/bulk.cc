#include "bulk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "channel_socket.h"
#include "control_socket.h"

namespace ringsnake {

void write_bulk_reference(std::byte* out, const BulkReference& reference) noexcept {
  std::memcpy(out + wire::kBulkReferenceSegmentOffset, &reference.segment,
              sizeof reference.segment);
  std::memcpy(out + wire::kBulkReferenceGenerationOffset, &reference.generation,
              sizeof reference.generation);
  std::memcpy(out + wire::kBulkReferenceLengthOffset, &reference.length, sizeof reference.length);
}

BulkReference read_bulk_reference(std::span<const std::byte> bytes) noexcept {
  BulkReference reference{};
  std::memcpy(&reference.segment, &bytes[wire::kBulkReferenceSegmentOffset],
              sizeof reference.segment);
  std::memcpy(&reference.generation, &bytes[wire::kBulkReferenceGenerationOffset],
              sizeof reference.generation);
  std::memcpy(&reference.length, &bytes[wire::kBulkReferenceLengthOffset], sizeof reference.length);
  return reference;
}

void write_value_reference(std::byte* out, const ValueReference& reference) noexcept {
  std::memcpy(out + wire::kValueReferenceSegmentOffset, &reference.segment,
              sizeof reference.segment);
  std::memcpy(out + wire::kValueReferenceGenerationOffset, &reference.generation,
              sizeof reference.generation);
  std::memcpy(out + wire::kValueReferenceOffsetOffset, &reference.offset, sizeof reference.offset);
  std::memcpy(out + wire::kValueReferenceLengthOffset, &reference.length, sizeof reference.length);
}

ValueReference read_value_reference(std::span<const std::byte> bytes) noexcept {
  ValueReference reference{};
  std::memcpy(&reference.segment, &bytes[wire::kValueReferenceSegmentOffset],
              sizeof reference.segment);
  std::memcpy(&reference.generation, &bytes[wire::kValueReferenceGenerationOffset],
              sizeof reference.generation);
  std::memcpy(&reference.offset, &bytes[wire::kValueReferenceOffsetOffset],
              sizeof reference.offset);
  std::memcpy(&reference.length, &bytes[wire::kValueReferenceLengthOffset],
              sizeof reference.length);
  return reference;
}

std::uint64_t BulkLender::total_bytes() const noexcept {
  std::uint64_t total = 0;
  for (const Slot& slot : slots_) {
    if (slot.segment) total += slot.segment->payload().size();
  }
  return total;
}

std::uint64_t BulkLender::outstanding_bytes() const noexcept {
  std::uint64_t total = 0;
  for (const Slot& slot : slots_) {
    if (slot.segment && !slot.idle()) total += slot.segment->payload().size();
  }
  return total;
}

std::optional<std::uint32_t> BulkLender::find_idle(std::uint64_t size) const noexcept {
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].idle() || slots_[i].segment->payload().size() < size) continue;
    if (!best || slots_[i].segment->payload().size() < slots_[*best].segment->payload().size()) {
      best = i;
    }
  }
  return best;
}

bool BulkLender::make_room(std::uint64_t capacity) noexcept {
  const auto has_room = [&] {
    bool slot_free = false;
    for (const Slot& slot : slots_) slot_free |= slot.segment == nullptr;
    return slot_free && total_bytes() + capacity <= limit_;
  };
  // Idle segments are only kept for the next message of their size; all are too small here.
  for (Slot& slot : slots_) {
    if (has_room()) return true;
    if (!slot.idle()) continue;
    slot.segment->retire();
    slot.segment.reset();
  }
  return has_room();
}

Status BulkLender::try_allocate(std::uint64_t size, std::optional<Allocation>* out) noexcept {
  out->reset();
  const std::uint64_t capacity = Segment::capacity_for(size);
  if (socket_ < 0) return Status::invalid("this side was made without a bulk socket");
  if (size > capacity || capacity > limit_) {
    return Status::invalid("the message is larger than the limit of bytes in bulk segments");
  }
  std::optional<std::uint32_t> number = find_idle(size);
  if (!number) {
    if (!make_room(capacity)) return Status::ok();
    std::uint32_t free = 0;
    while (slots_[free].segment) ++free;
    std::shared_ptr<Segment> segment;
    if (const Status made = Segment::create(size, &segment); !made.is_ok()) return made;
    slots_[free].segment = std::move(segment);
    if (const Status told = announce(free); !told.is_ok()) {
      slots_[free].segment.reset();
      // The peer has not read the earlier announcements yet: like a peer that holds them all. Or it
      // has gone, which whoever now waits for one of them will notice.
      const int error = told.error_number;
      return error == EAGAIN || error == EPIPE || error == ECONNRESET ? Status::ok() : told;
    }
    number = free;
  }
  slots_[*number].held = true;
  *out = Allocation{*number, slots_[*number].segment->payload()};
  return Status::ok();
}

Status BulkLender::try_allocate_value(std::uint64_t size, std::optional<Allocation>* out) noexcept {
  out->reset();
  std::uint64_t outstanding = 0;
  for (const Slot& slot : slots_) outstanding += slot.segment && !slot.idle() ? 1 : 0;
  const std::uint64_t capacity = Segment::capacity_for(size);
  if (size > capacity || outstanding >= wire::kSegmentsMax / wire::kValueShare ||
      outstanding_bytes() + capacity > limit_ / wire::kValueShare) {
    return Status::ok();
  }
  return try_allocate(size, out);
}

std::optional<std::uint32_t> BulkLender::find_held(
    std::span<const std::byte> bytes) const noexcept {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].held || slots_[i].promised || !slots_[i].segment->is_back()) continue;
    const std::span<std::byte> payload = slots_[i].segment->payload();
    const std::byte* const end = payload.data() + payload.size();
    if (bytes.data() >= payload.data() && bytes.data() <= end &&
        bytes.size() <= static_cast<std::size_t>(end - bytes.data())) {
      return i;
    }
  }
  return std::nullopt;
}

Status BulkLender::announce(std::uint32_t number) noexcept {
  const int descriptor = slots_[number].segment->descriptor();
  return send_channel_packet(socket_, wire::kChannelPacketSegment, number,
                             std::span(&descriptor, 1));
}

BulkReference BulkLender::lend(std::uint32_t number, std::uint64_t length) noexcept {
  Slot& slot = slots_[number];
  slot.held = false;
  return {number, slot.segment->lend(), length};
}

std::uint64_t BulkBorrower::mapped_bytes() const noexcept {
  std::uint64_t total = 0;
  for (const auto& segment : segments_) {
    if (segment) total += segment->payload().size();
  }
  return total;
}

void BulkBorrower::let_go_of_retired() noexcept {
  for (auto& segment : segments_) {
    if (segment && segment->is_retired()) segment.reset();
  }
}

Status BulkBorrower::receive_announced() noexcept {
  while (true) {
    std::optional<ChannelPacket> packet;
    // A lender announces a segment only once: while this process may open no more, it stays there.
    if (const Status status = peek_channel_packet(socket_, &packet); !status.is_ok()) {
      // A lender that is gone announces no more; what it has lent before is still good.
      return status.error_number == EPIPE ? Status::ok() : status;
    }
    if (!packet) return Status::ok();
    const std::size_t descriptors = packet->lost_descriptors ? 0 : 1;
    if (packet->type != wire::kChannelPacketSegment || packet->descriptor_count != descriptors ||
        packet->value >= segments_.size()) {
      return Status::broken("a packet on the channel's socket announces no segment");
    }
    if (packet->lost_descriptors) return Status::system("receiving a bulk segment", EMFILE);
    if (const Status status = drop_packet(socket_); !status.is_ok()) return status;
    std::shared_ptr<Segment>& slot = segments_[packet->value];
    int& lost = lost_[packet->value];
    slot.reset();
    lost = 0;
    taken_[packet->value] = 0;
    // The lender counts them no more since before it made this one, also those announced just now.
    let_go_of_retired();
    const std::uint64_t mapped = mapped_bytes();
    if (const Status status = Segment::attach(packet->descriptors[0].release(),
                                              limit_ - std::min(limit_, mapped), &slot);
        !status.is_ok()) {
      if (status.code != StatusCode::kSystem) return status;
      lost = status.error_number;
    }
  }
}

Status BulkBorrower::find_lent(std::uint32_t segment, std::uint32_t generation,
                               bool* found) noexcept {
  *found = is_lent(segment, generation);
  if (*found) return Status::ok();
  // An unknown or outdated one: its announcement was sent before the reference.
  if (const Status status = receive_announced(); !status.is_ok()) return status;
  // Not the peer's fault, and not forgotten.
  if (lost_[segment] != 0) return Status::system("mapping a bulk segment", lost_[segment]);
  *found = is_lent(segment, generation);
  return Status::ok();
}

Status BulkBorrower::borrow(std::span<const std::byte> record, std::optional<Loan>* out) noexcept {
  if (record.size() != wire::kBulkReferenceBytes) {
    return Status::broken("a bulk reference has another length than 16 bytes");
  }
  // Copied once: only the copy is looked at.
  const BulkReference reference = read_bulk_reference(record);
  if (reference.segment >= segments_.size()) {
    return Status::broken("a bulk reference names a segment that cannot be");
  }
  bool found = false;
  if (const Status status = find_lent(reference.segment, reference.generation, &found);
      !status.is_ok()) {
    return status;
  }
  if (!found) return Status::broken("a bulk reference names a segment that is not lent");
  const std::shared_ptr<Segment>& segment = segments_[reference.segment];
  if (reference.length > segment->payload().size()) {
    return Status::broken("a bulk message is longer than its segment");
  }
  out->emplace(segment, reference.generation, reference.length);
  return Status::ok();
}

Status BulkBorrower::borrow_value(const ValueReference& reference,
                                  std::optional<Loan>* out) noexcept {
  if (reference.segment >= segments_.size()) {
    return Status::invalid("names a segment that cannot be");
  }
  bool found = false;
  if (const Status status = find_lent(reference.segment, reference.generation, &found);
      !status.is_ok()) {
    return status;
  }
  if (!found) return Status::invalid("names a segment that is not lent");
  // A second view would dangle as soon as the first one gives the segment back.
  if (taken_[reference.segment] == reference.generation) {
    return Status::invalid("names a segment that was taken before");
  }
  const std::shared_ptr<Segment>& segment = segments_[reference.segment];
  const std::uint64_t capacity = segment->payload().size();
  if (reference.offset > capacity || reference.length > capacity - reference.offset) {
    return Status::invalid("reaches beyond its segment");
  }
  if (reference.length == 0) return Status::invalid("is of nothing");
  taken_[reference.segment] = reference.generation;
  out->emplace(segment, reference.generation, reference.length, reference.offset);
  return Status::ok();
}

}  // namespace ringsnake
