// What the methods of `ringsnake._native.Endpoint` work on. Threads: one at a time, with the GIL.
#pragma once

#include <Python.h>

#include <utility>

#include "byte_sink.h"
#include "fork_generation.h"
#include "frame_counts.h"
#include "host_objects.h"
#include "lack.h"
#include "open_endpoint.h"
#include "plain_calls.h"
#include "py_ref.h"
#include "value_bulk.h"

namespace ringsnake::python {

struct EndpointState {
  EndpointState(OpenedEndpoint opened, HostObjects& module_hosts)
      : owner(std::move(opened)), hosts(module_hosts) {}

  OpenedEndpoint owner;
  Endpoint& endpoint = *owner.endpoint;
  ForkGeneration generation;
  SpareBuffer spare;
  OutgoingBulk outgoing{endpoint};
  IncomingBulk incoming{owner.endpoint};
  Ref writers;  // dicts of the user's types; null without
  Ref readers;
  Ref references;  // see ringsnake._wire.references; null without
  PlainCalls plain;
  // Whether frames wait for room, which none may overtake.
  bool has_backlog = false;
  HostObjects& hosts;  // of the module, which the type keeps alive
  // While a value is written into claimed room or read from the ring, which its own code must not
  // take away.
  bool is_in_use = false;
  // Of the last attempt to send a frame.
  Lack lack;
  // Frames that were sent, or are to be, and that were received.
  FrameCounts sent;
  FrameCounts received;
};

struct EndpointObject {
  PyObject_HEAD EndpointState* state;  // null after close()
};

inline EndpointObject* as_endpoint(PyObject* self) {
  return reinterpret_cast<EndpointObject*>(self);
}

// The state, or null with an exception set: for whoever begins to use it.
EndpointState* open_state(PyObject* self);
// The same for whoever has just run other code: null without an exception when it may not be used.
EndpointState* usable_state(PyObject* self);
// Null, with the exception that says so set.
std::nullptr_t raise_in_use();

}  // namespace ringsnake::python
