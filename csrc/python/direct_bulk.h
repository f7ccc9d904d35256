// Values by reference in direct calls: they lie in the segments of the session's channel.
// Normative: spec/wire/bulk.md §6. Threads: any, with the GIL. Shares no message with the channel,
// which may be in the middle of one on its own thread.
#pragma once

#include <Python.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "../core/endpoint.h"
#include "endpoint_state.h"
#include "py_ref.h"
#include "value_bulk.h"

namespace ringsnake::python {

class DirectBulk {
 public:
  // REQUIRES: an open Endpoint, whose threshold was set. `type`: Bulk.
  DirectBulk(PyObject* endpoint, Ref type)
      : endpoint_(as_endpoint(endpoint)->state->owner.endpoint),
        threshold_(as_endpoint(endpoint)->state->outgoing.threshold()),
        type_(std::move(type)) {}

  // For one message; nothing once the channel was closed.
  std::optional<IncomingBulk> incoming() const {
    auto endpoint = endpoint_.lock();
    if (!endpoint) return std::nullopt;
    return std::optional<IncomingBulk>(std::in_place, std::move(endpoint), type_.get());
  }

  // Data of one message that is being written.
  class Outgoing {
   public:
    explicit Outgoing(const DirectBulk& bulk) : endpoint_(bulk.endpoint_.lock()) {
      if (endpoint_) bulk_.emplace(*endpoint_).set_threshold(bulk.threshold_);
    }
    Outgoing(const Outgoing&) = delete;
    Outgoing& operator=(const Outgoing&) = delete;
    ~Outgoing() {
      if (bulk_) bulk_->settle(false);
    }

    // Null once the channel was closed.
    OutgoingBulk* get() { return bulk_ ? &*bulk_ : nullptr; }
    // The message is the host's.
    void lend() {
      if (bulk_) bulk_->settle(true);
    }

   private:
    std::shared_ptr<Endpoint> endpoint_;
    std::optional<OutgoingBulk> bulk_;
  };

 private:
  std::weak_ptr<Endpoint> endpoint_;
  std::size_t threshold_;
  Ref type_;
};

}  // namespace ringsnake::python
