// Extension 7: an array as a view of the peer's memory, bytes as a copy of it or a view.
#include <algorithm>
#include <array>

#include "decoder.h"
#include "value_bulk.h"

namespace ringsnake::python {

namespace {

constexpr const char kName[] = "7 (bulk reference)";
constexpr std::size_t kLongestHead = 4 + 4 * wire::kNdarrayMaxDimensions + 4;

}  // namespace

PyObject* Decoder::read_bulk(const Extension& extension) {
  if (options_.bulk == nullptr) return malformed("extension %s outside of a channel", kName);
  if (extension.body.size() < wire::kValueReferenceBytes)
    return malformed("extension %s is shorter than its header", kName);
  // What is checked must not change. What is longer than any head can be is too long as well.
  std::array<std::byte, wire::kValueReferenceBytes + kLongestHead + 1> lent{};
  const std::size_t size = std::min(extension.body.size(), lent.size());
  std::copy_n(extension.body.data(), size, lent.data());
  const Body reference = Body(lent).first(wire::kValueReferenceBytes);
  const Body rest = Body(lent).first(size).subspan(wire::kValueReferenceBytes);
  const ValueReference where = read_value_reference(reference);
  ArrayHead head{};
  if (!rest.empty()) {
    if (!read_array_head(rest, static_cast<std::size_t>(where.length), kName, &head))
      return nullptr;
    if (head.size != rest.size()) return malformed("extension %s is longer than its header", kName);
    // What is checked must not change, so these go in band.
    if (head.dtype == wire::kNdarrayBool) return malformed("extension %s is of bools", kName);
    if (where.offset % std::min<std::size_t>(head.item, sizeof(double)) != 0)
      return malformed("extension %s is not aligned", kName);
  }
  const char* problem = nullptr;
  const Ref bulk(options_.bulk->borrow(reference, &problem));
  if (problem != nullptr) return malformed("extension %s %s", kName, problem);
  if (!bulk) return nullptr;
  if (!rest.empty()) return make_array(head, bulk.get());
  return is_in_place_ ? PyMemoryView_FromObject(bulk.get()) : PyBytes_FromObject(bulk.get());
}

PyObject* Decoder::read_bytes_in_place() {
  is_in_place_ = true;
  Ref value(read());
  is_in_place_ = false;
  const bool is_copy = value && Py_TYPE(value.get()) == &PyBytes_Type;
  return is_copy ? PyMemoryView_FromObject(value.get()) : value.release();
}

}  // namespace ringsnake::python
