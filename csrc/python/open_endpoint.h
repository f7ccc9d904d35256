// Makes the core's Endpoint for the Python types over one.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>

#include "../core/endpoint.h"

namespace ringsnake::python {

struct OpenedEndpoint {
  std::shared_ptr<Endpoint> endpoint;
  OwnedDescriptor peer_socket;  // of a new channel: what the peer attaches with
};

// Of the arguments ("create", ring capacity, bulk limit, spin), ("attach", …, socket) or ("make",
// …, region, own doorbell, peer's doorbell, side); takes the descriptors over. `spin` in
// microseconds: 0 sleeps at once, negative learns. False with an exception set. REQUIRES: the GIL
// is held.
bool open_endpoint(PyObject* args, OpenedEndpoint* out);

// Bytes of the largest segment that this side can lend; 0: none at all.
std::uint64_t largest_segment(const Endpoint& endpoint);
// Bytes of the largest message that this side can send.
std::uint64_t largest_message(const Endpoint& endpoint);

}  // namespace ringsnake::python
