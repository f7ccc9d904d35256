#include "endpoint_state.h"

#include "raise_status.h"

namespace ringsnake::python {

std::nullptr_t raise_in_use() {
  PyErr_SetString(PyExc_RuntimeError, "a value that is being sent or received uses its channel");
  return nullptr;
}

EndpointState* usable_state(PyObject* self) {
  EndpointState* const state = as_endpoint(self)->state;
  const bool usable = state != nullptr && !state->is_in_use && state->generation.is_current();
  return usable ? state : nullptr;
}

EndpointState* open_state(PyObject* self) {
  if (EndpointState* const usable = usable_state(self)) return usable;
  const EndpointState* const state = as_endpoint(self)->state;
  if (state != nullptr && state->is_in_use) return raise_in_use();
  raise_text("ChannelClosedError",
             state == nullptr ? "the endpoint was closed"
                              : "the endpoint belongs to the process that forked this one");
  return nullptr;
}

}  // namespace ringsnake::python
