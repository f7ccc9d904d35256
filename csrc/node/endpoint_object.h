// JavaScript class `Endpoint`: one side's producer, consumer, waiter and segments. Threads: the
// environment's own.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "../core/endpoint.h"
#include "bulk_table.h"
#include "loop_listener.h"
#include "shared_buffer.h"
#include "value_table.h"

namespace ringsnake::node {

// Joins an Endpoint and its listener, whichever of the two ends first. Kept alive by both.
struct ListenerLink {
  LoopListener* listener = nullptr;  // null once stopped: it deletes itself
  napi_async_cleanup_hook_handle cleanup_hook = nullptr;
  std::shared_ptr<Endpoint> state;

  void stop() {
    if (LoopListener* const stopping = std::exchange(listener, nullptr)) stopping->stop();
  }
};

class EndpointObject : public Napi::ObjectWrap<EndpointObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // ("create", options…), ("attach", options…, socket, which is taken over) or
  // ("make", options…, region, side, own doorbell, peer's doorbell).
  // Nothing here reads a property: an environment that is being terminated refuses, at any moment,
  // and what is then done with the empty answer ends the process.
  explicit EndpointObject(const Napi::CallbackInfo& info);
  ~EndpointObject() override;

 private:
  Status make(const Napi::CallbackInfo& info, const EndpointOptions& options,
              std::unique_ptr<Endpoint>* out);
  Napi::Value buffer(const Napi::CallbackInfo& info);
  Napi::Value peer_socket(const Napi::CallbackInfo& info);
  void close_peer_socket(const Napi::CallbackInfo& info);
  // Sending.
  Napi::Value max_payload(const Napi::CallbackInfo& info);
  Napi::Value unread_messages(const Napi::CallbackInfo& info);
  Napi::Value try_claim(const Napi::CallbackInfo& info);
  void commit(const Napi::CallbackInfo& info);
  void abort(const Napi::CallbackInfo& info);
  Napi::Value open_batch(const Napi::CallbackInfo& info);
  void flush(const Napi::CallbackInfo& info);
  void wake_peer(const Napi::CallbackInfo& info);
  void want_room(const Napi::CallbackInfo& info);
  // Receiving.
  Napi::Value peek(const Napi::CallbackInfo& info);
  void release(const Napi::CallbackInfo& info);
  Napi::Value receive(const Napi::CallbackInfo& info);
  Napi::Value broken(const Napi::CallbackInfo& info);
  // Waiting.
  void watch_peer(const Napi::CallbackInfo& info);
  Napi::Value peer_exit(const Napi::CallbackInfo& info);
  Napi::Value peer_state(const Napi::CallbackInfo& info);
  Napi::Value statistics(const Napi::CallbackInfo& info);
  Napi::Value wait(const Napi::CallbackInfo& info);
  void pause(const Napi::CallbackInfo& info);
  void listen(const Napi::CallbackInfo& info);
  void reference(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);
  // Bulk messages.
  Napi::Value allocate(const Napi::CallbackInfo& info);
  Napi::Value segment_buffer(const Napi::CallbackInfo& info);
  Napi::Value lend(const Napi::CallbackInfo& info);
  void drop(const Napi::CallbackInfo& info);
  Napi::Value borrow(const Napi::CallbackInfo& info);
  void give_back(const Napi::CallbackInfo& info);
  void want_segment(const Napi::CallbackInfo& info);
  // Values by reference: endpoint_values.cc.
  Napi::Value place_value(const Napi::CallbackInfo& info);
  void settle_values(const Napi::CallbackInfo& info);
  Napi::Value borrow_value(const Napi::CallbackInfo& info);
  Napi::Value allocate_value(const Napi::CallbackInfo& info);

  // A claim that is none of the open batch's, which is published first.
  std::optional<std::span<std::byte>> claim(std::uint32_t length);
  // Opens a batch with room for that payload. False when there is none.
  bool open_batch_of(std::uint32_t length);
  // Publishes the open batch. False when there was none.
  bool publish();
  // Publishes what JavaScript has written, gives back what it has taken, and wakes the peer for
  // both. True when something was published.
  bool settle();
  // Peeks at a batch, unless there is one that was not taken yet.
  void look();
  void peek_batch();
  void tell_next();
  bool has_untaken() const noexcept;
  WaitResult wait_for(Napi::Env env, double timeout_ms);
  void deliver();
  void stop_listening();

  std::shared_ptr<Endpoint> state_;  // null after close()
  bool peer_is_child_ = false;       // and libuv reaps it, while there is an environment
  OwnedDescriptor peer_socket_;      // create(): until the peer has its own copy
  SharedBuffer<Region> buffer_;
  std::unique_ptr<BulkTable> bulk_;
  std::unique_ptr<ValueTable> values_;
  std::span<const std::byte> bulk_reference_;  // of the bulk message that peek() stopped at
  // Numbers that JavaScript and the addon read from each other without a call: exchange.h.
  Napi::Reference<Napi::Uint32Array> exchange_;
  std::uint32_t* exchange_data_ = nullptr;
  std::shared_ptr<ListenerLink> listening_;
  Napi::FunctionReference on_ready_;
  std::unique_ptr<Napi::AsyncContext> async_context_;
};

}  // namespace ringsnake::node
