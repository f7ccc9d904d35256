// Extension 7: data in a segment.
#include "encoder.h"
#include "value_bulk.h"

namespace ringsnake::python {

bool Encoder::takes_bulk(std::size_t size) const {
  return options_.bulk != nullptr && options_.bulk->takes(size);
}

bool Encoder::write_reference(const ValueReference& reference, std::size_t head) {
  if (!write_ext_head(wire::kExtBulk, wire::kValueReferenceBytes + head)) return false;
  std::byte* const at = sink_.reserve(wire::kValueReferenceBytes);
  if (at != nullptr) write_value_reference(at, reference);
  return at != nullptr;
}

bool Encoder::place_bulk(std::size_t size, std::size_t head, std::byte** data) {
  const auto place = takes_bulk(size) ? options_.bulk->place(size) : std::nullopt;
  *data = place ? place->room.data() : nullptr;
  return !place || write_reference(place->reference, head);
}

bool Encoder::refer_to(std::span<const std::byte> data, std::size_t head, bool* found) {
  const auto reference = takes_bulk(data.size()) ? options_.bulk->find(data) : std::nullopt;
  *found = reference.has_value();
  return !reference || write_reference(*reference, head);
}

}  // namespace ringsnake::python
