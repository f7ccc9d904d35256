#include "channel_output.h"

namespace ringsnake::python {

void publish_messages(ChannelState& state) {
  state.endpoint->producer.commit_batch(state.batch.take());
  state.endpoint->waiter.wake_after_commit();
}

bool settle_output(ChannelState& state) {
  publish_batch(state);
  if (!state.claim.is_open()) return true;
  PyErr_SetString(PyExc_RuntimeError, "a claim is open: commit() or abort() it first");
  return false;
}

}  // namespace ringsnake::python
