// Values by reference in Python: the data that a message being written takes along, and what the
// message being read has borrowed. Normative: spec/wire/bulk.md §6.
//
// Threads: the endpoint's own, with the GIL. Ownership: shares the endpoint.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "../core/endpoint.h"
#include "../core/value_lender.h"
#include "py_ref.h"

namespace ringsnake::python {

// Where data of at least `threshold` bytes goes.
class OutgoingBulk {
 public:
  explicit OutgoingBulk(Endpoint& endpoint) : lender_(endpoint) {}

  // Bytes; SIZE_MAX: never.
  void set_threshold(std::size_t bytes) { threshold_ = bytes; }
  std::size_t threshold() const { return threshold_; }
  bool takes(std::size_t size) const { return size >= threshold_; }

  // See ValueLender.
  std::optional<ValueLender::Place> place(std::size_t size) { return lender_.place(size); }
  std::optional<ValueReference> find(std::span<const std::byte> data) { return lender_.find(data); }
  void settle(bool sent) {
    if (!lender_.pending()) return;
    if (sent) {
      lender_.lend();
    } else {
      lender_.drop();
    }
  }

 private:
  ValueLender lender_;
  std::size_t threshold_ = SIZE_MAX;
};

// What messages refer to: objects of the type `Bulk`, read-only, that end the loan when nobody
// refers to them any more.
class IncomingBulk {
 public:
  explicit IncomingBulk(std::shared_ptr<Endpoint> endpoint) : endpoint_(std::move(endpoint)) {}
  IncomingBulk(std::shared_ptr<Endpoint> endpoint, PyObject* type)
      : endpoint_(std::move(endpoint)), type_(Py_NewRef(type)) {}

  // New reference. Null with an exception set, or without one: `problem` says what is wrong with
  // the reference. The same object for the same reference in one message.
  PyObject* borrow(std::span<const std::byte> reference, const char** problem);
  // The message was read.
  void end_message() { borrowed_.clear(); }

 private:
  struct Borrowed {
    std::vector<std::byte> reference;
    Ref bulk;
  };
  const std::shared_ptr<Endpoint> endpoint_;
  Ref type_;  // `Bulk`, once there was a need
  std::vector<Borrowed> borrowed_;
};

}  // namespace ringsnake::python
