// What an endpoint has counted, for Python. Threads: the endpoint's.
#pragma once

#include "../core/endpoint.h"
#include "py_compat.h"

namespace ringsnake::python {

// A tuple in the order of RingStatistics. Null with an exception set.
inline PyObject* ring_statistics(const Endpoint& endpoint) {
  const RingCounts& sent = endpoint.producer.counts();
  const RingCounts& received = endpoint.consumer.counts();
  const WaitCounts& waits = endpoint.waiter.counts();
  using Count = unsigned long long;
  return Py_BuildValue("(KKKKKKKKKKKKKK)", Count{sent.records}, Count{sent.bytes}, Count{sent.full},
                       Count{received.records}, Count{received.bytes}, Count{waits.parks},
                       Count{waits.wakes_sent}, Count{waits.spurious_wakes}, Count{waits.spins_hit},
                       Count{waits.spins_missed}, Count{waits.moves}, Count{waits.slice_expired},
                       Count{endpoint.lender.total_bytes()},
                       Count{endpoint.lender.outstanding_bytes()});
}

}  // namespace ringsnake::python
