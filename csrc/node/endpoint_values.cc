// Values by reference: methods of the JavaScript class `Endpoint`.
#include <cstddef>
#include <optional>
#include <span>

#include "endpoint_object.h"
#include "exchange.h"
#include "throw_status.h"

namespace ringsnake::node {

Napi::Value EndpointObject::place_value(const Napi::CallbackInfo& info) {
  const auto placed = values_ ? values_->place(info[0].As<Napi::TypedArray>()) : std::nullopt;
  if (placed) {
    write_value_reference(reinterpret_cast<std::byte*>(exchange_data_ + exchange::kReference),
                          *placed);
  }
  return Napi::Boolean::New(info.Env(), placed.has_value());
}

void EndpointObject::settle_values(const Napi::CallbackInfo& info) {
  if (values_) values_->settle(info[0].As<Napi::Boolean>().Value());
}

Napi::Value EndpointObject::borrow_value(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!values_) return env.Undefined();
  const ValueReference reference = read_value_reference(std::as_bytes(std::span(
      exchange_data_ + exchange::kReference, wire::kValueReferenceBytes / sizeof(std::uint32_t))));
  Napi::Value buffer = env.Undefined();
  const Status status = values_->borrow(env, reference, &buffer);
  // The rest is the peer's fault, and that of this one value.
  if (status.code == StatusCode::kSystem) throw_if_failed(env, status);
  if (status.is_ok() || status.code == StatusCode::kSystem) return buffer;
  return Napi::String::New(env, status.what);
}

Napi::Value EndpointObject::allocate_value(const Napi::CallbackInfo& info) {
  if (!values_) return info.Env().Undefined();
  return values_->allocate(info.Env(),
                           static_cast<std::uint64_t>(info[0].As<Napi::Number>().DoubleValue()));
}

}  // namespace ringsnake::node
