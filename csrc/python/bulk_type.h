// Python type `ringsnake.ring.Bulk`: a large message in shared memory, to fill or received. Types:
// python/ringsnake/_native.pyi.
//
// Threads: any, with the GIL; the end of its life need not be on the channel's thread. Ownership:
// keeps the segment mapped, not the channel.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "../core/endpoint.h"
#include "fork_generation.h"

namespace ringsnake::python {

struct BulkContent {
  // Received.
  BulkContent(const std::shared_ptr<Endpoint>& channel, Loan received)
      : endpoint(channel),
        segment(received.segment()),
        loan(std::move(received)),
        length(loan->payload().size()) {}
  // To be filled: the first `size` bytes of a segment of ours.
  BulkContent(const std::shared_ptr<Endpoint>& channel, std::uint32_t segment_number,
              std::uint64_t size)
      : endpoint(channel),
        segment(channel->lender.segment(segment_number)),
        number(segment_number),
        length(size) {}

  // Gone when the channel was closed: then nobody is to be told.
  std::weak_ptr<Endpoint> endpoint;
  std::shared_ptr<Segment> segment;  // null once released or sent
  std::optional<Loan> loan;          // nothing for one of our own segments
  std::uint32_t number = 0;          // of our own segment
  std::uint64_t length;
  Py_ssize_t exports = 0;  // memoryviews and arrays that look at it
  bool is_read_only = false;
  ForkGeneration generation;
};

// New reference to the type, or null with an exception set.
PyObject* make_bulk_type(PyObject* module);

// New reference to a Bulk, or null with an exception set; then the content was given back.
PyObject* make_bulk(PyObject* type, BulkContent content);

// The content of a Bulk that can be sent by `endpoint`, or null with an exception set: an
// allocation of that very channel, not yet sent or released, and nobody looks at it.
BulkContent* sendable_bulk(PyObject* object, PyObject* type,
                           const std::shared_ptr<Endpoint>& endpoint);

// After it was sent: the memory is the peer's.
void forget_bulk(BulkContent& content);

}  // namespace ringsnake::python
