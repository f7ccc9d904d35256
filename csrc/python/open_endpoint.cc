#include "open_endpoint.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <utility>

#include "raise_status.h"

namespace ringsnake::python {
namespace {

WaitStrategy to_strategy(double spin_us) {
  if (spin_us < 0) return {};
  if (spin_us == 0) return {WaitStrategy::Kind::kSleep, {}};
  return {WaitStrategy::Kind::kSpin,
          std::chrono::nanoseconds(static_cast<std::int64_t>(spin_us * 1e3))};
}

Status make_of_parts(const int* descriptors, int side, EndpointOptions options,
                     std::unique_ptr<Endpoint>* out) {
  Endpoint::Parts parts;
  parts.side = side == 0 ? Side::kCreator : Side::kAttacher;
  parts.own = Doorbell(descriptors[1]);
  parts.peer = Doorbell(descriptors[2]);
  if (const Status status = Region::attach(descriptors[0], &parts.region); !status.is_ok()) {
    return status;
  }
  // Without a socket no segment can be handed over.
  options.bulk_limit = 0;
  return Endpoint::make(std::move(parts), options, out);
}

}  // namespace

bool open_endpoint(PyObject* args, OpenedEndpoint* out) {
  const char* kind = nullptr;
  EndpointOptions options;
  unsigned long long bulk_limit = 0;
  double spin_us = -1;
  int descriptors[3] = {-1, -1, -1};
  int side = 0;
  if (PyArg_ParseTuple(args, "sIKd|iiii", &kind, &options.ring_capacity, &bulk_limit, &spin_us,
                       &descriptors[0], &descriptors[1], &descriptors[2], &side) == 0) {
    return false;
  }
  options.bulk_limit = bulk_limit;
  options.waiting = to_strategy(spin_us);
  std::unique_ptr<Endpoint> endpoint;
  Status status = Status::ok();
  switch (kind[0]) {
    case 'c':
      status = Endpoint::create(options, &endpoint, &out->peer_socket);
      break;
    case 'a':
      status = Endpoint::attach(descriptors[0], options, &endpoint);
      break;
    default:
      status = make_of_parts(descriptors, side, options, &endpoint);
  }
  if (raise_if_failed(status)) return false;
  out->endpoint = std::move(endpoint);
  return true;
}

std::uint64_t largest_segment(const Endpoint& endpoint) {
  // Segments are powers of two, of at least that capacity.
  const std::uint64_t segment = std::bit_floor(endpoint.lender.limit());
  return segment < wire::kSegmentCapacityMin ? 0 : segment;
}

std::uint64_t largest_message(const Endpoint& endpoint) {
  return std::max<std::uint64_t>(endpoint.producer.max_payload(), largest_segment(endpoint));
}

}  // namespace ringsnake::python
