#include "value_bulk.h"

#include <algorithm>

#include "bulk_type.h"
#include "raise_status.h"

namespace ringsnake::python {

PyObject* IncomingBulk::borrow(std::span<const std::byte> reference, const char** problem) {
  for (const Borrowed& known : borrowed_) {
    if (std::ranges::equal(known.reference, reference)) return Py_NewRef(known.bulk.get());
  }
  if (!type_) {
    const Ref module(PyImport_ImportModule("ringsnake._native"));
    type_ = Ref(module ? PyObject_GetAttrString(module.get(), "Bulk") : nullptr);
    if (!type_) return nullptr;
  }
  std::optional<Loan> loan;
  const Status status = endpoint_->borrow_value(read_value_reference(reference), &loan);
  if (status.code == StatusCode::kSystem) {
    raise_if_failed(status);
    return nullptr;
  }
  if (!status.is_ok() || !loan) {
    *problem = status.what;
    return nullptr;
  }
  BulkContent content(endpoint_, std::move(*loan));
  content.is_read_only = true;
  Ref bulk(make_bulk(type_.get(), std::move(content)));
  if (!bulk) return nullptr;
  PyObject* const made = Py_NewRef(bulk.get());
  borrowed_.push_back({{reference.begin(), reference.end()}, std::move(bulk)});
  return made;
}

}  // namespace ringsnake::python
