// The addon's table of contents: JavaScript name → C++. Types: lib/native.ts.
//
// Context-aware: every thread that loads it has its own EnvironmentData, and there is no static
// state.
#include <fcntl.h>
#include <napi.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "../core/control_socket.h"
#include "../core/peer.h"
#include "doorbell_object.h"
#include "endpoint_object.h"
#include "environment_data.h"
#include "interpreter_functions.h"
#include "region_object.h"
#include "throw_status.h"
#include "value_table.h"

namespace ringsnake::node {
namespace {

void set_error_classes(const Napi::CallbackInfo& info) {
  auto* const data = info.Env().GetInstanceData<EnvironmentData>();
  data->errors.resource_error = Napi::Persistent(info[0].As<Napi::Function>());
  data->errors.protocol_error = Napi::Persistent(info[1].As<Napi::Function>());
}

Napi::Value make_control_socket_pair(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  int descriptors[2];
  if (throw_if_failed(env, control_socket_pair(descriptors))) return env.Undefined();
  auto& ours = env.GetInstanceData<EnvironmentData>()->descriptors;
  const Napi::Array pair = Napi::Array::New(env, 2);
  for (std::uint32_t i = 0; i < 2; ++i) pair.Set(i, ours.add(OwnedDescriptor(descriptors[i])));
  return pair;
}

void send(const Napi::CallbackInfo& info) {
  const auto bytes = info[1].As<Napi::Uint8Array>();
  const auto descriptors = info[2].As<Napi::Int32Array>();
  throw_if_failed(info.Env(), send_with_descriptors(
                                  info[0].As<Napi::Number>().Int32Value(),
                                  std::as_bytes(std::span(bytes.Data(), bytes.ByteLength())),
                                  std::span(descriptors.Data(), descriptors.ElementLength())));
}

// (socket, bytes) → the descriptors that came along, and how many bytes did; 0: the peer closed.
Napi::Value receive(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto bytes = info[1].As<Napi::Uint8Array>();
  ReceivedPacket packet;
  if (throw_if_failed(
          env, receive_with_descriptors(
                   info[0].As<Napi::Number>().Int32Value(),
                   std::as_writable_bytes(std::span(bytes.Data(), bytes.ByteLength())), &packet))) {
    return env.Undefined();
  }
  auto& ours = env.GetInstanceData<EnvironmentData>()->descriptors;
  const Napi::Array descriptors = Napi::Array::New(env);
  for (std::uint32_t i = 0; i < packet.descriptor_count; ++i) {
    descriptors.Set(i, ours.add(std::move(packet.descriptors[i])));
  }
  const Napi::Object result = Napi::Object::New(env);
  result.Set("length", static_cast<double>(packet.length));
  result.Set("descriptors", descriptors);
  return result;
}

// (descriptor): the processes that this one starts do not inherit it.
void keep_to_ourselves(const Napi::CallbackInfo& info) {
  if (::fcntl(info[0].As<Napi::Number>().Int32Value(), F_SETFD, FD_CLOEXEC) != 0) {
    throw_if_failed(info.Env(), Status::system("the control socket", errno));
  }
}

void exit_with_parent_in(const Napi::CallbackInfo& info) {
  throw_if_failed(info.Env(), exit_with_parent(info[0].As<Napi::Number>().Int32Value(),
                                               info[1].As<Napi::Number>().Int32Value()));
}

// Somebody else closes it from now on.
int forget(const Napi::CallbackInfo& info) {
  const int descriptor = info[0].As<Napi::Number>().Int32Value();
  info.Env().GetInstanceData<EnvironmentData>()->descriptors.forget(descriptor);
  return descriptor;
}

void forget_descriptor(const Napi::CallbackInfo& info) { forget(info); }

void close_descriptor(const Napi::CallbackInfo& info) { ::close(forget(info)); }

void begin_start(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<EnvironmentData>()->children.begin_start();
}

void end_start(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<EnvironmentData>()->children.end_start(
      info[0].As<Napi::Number>().Int32Value());
}

void forget_child(const Napi::CallbackInfo& info) {
  info.Env().GetInstanceData<EnvironmentData>()->children.take(
      info[0].As<Napi::Number>().Int32Value());
}

Napi::Value release_value(const Napi::CallbackInfo& info) {
  const auto* const data = info.Env().GetInstanceData<EnvironmentData>();
  return Napi::Boolean::New(info.Env(),
                            data->value_buffers->release(info[0].As<Napi::ArrayBuffer>()));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* const data = new EnvironmentData;
  data->value_buffers = std::make_shared<ValueBuffers>();
  env.SetInstanceData(data);
  const Napi::Function region = RegionObject::define(env);
  const Napi::Function doorbell = DoorbellObject::define(env);
  const Napi::Function endpoint = EndpointObject::define(env);
  data->region_class = Napi::Persistent(region);
  data->doorbell_class = Napi::Persistent(doorbell);
  data->endpoint_class = Napi::Persistent(endpoint);
  exports.Set("Region", region);
  exports.Set("Doorbell", doorbell);
  exports.Set("Endpoint", endpoint);
  exports.Set("setErrorClasses", Napi::Function::New<set_error_classes>(env));
  exports.Set("controlSocketPair", Napi::Function::New<make_control_socket_pair>(env));
  exports.Set("sendWithDescriptors", Napi::Function::New<send>(env));
  exports.Set("receiveWithDescriptors", Napi::Function::New<receive>(env));
  exports.Set("keepToOurselves", Napi::Function::New<keep_to_ourselves>(env));
  exports.Set("exitWithParent", Napi::Function::New<exit_with_parent_in>(env));
  exports.Set("releaseValue", Napi::Function::New<release_value>(env));
  exports.Set("beginStart", Napi::Function::New<begin_start>(env));
  exports.Set("endStart", Napi::Function::New<end_start>(env));
  exports.Set("forgetChild", Napi::Function::New<forget_child>(env));
  exports.Set("forgetDescriptor", Napi::Function::New<forget_descriptor>(env));
  exports.Set("closeDescriptor", Napi::Function::New<close_descriptor>(env));
  define_interpreter_functions(env, exports);
  return exports;
}

}  // namespace

// The macro of node-addon-api defines a static function.
// NOLINTNEXTLINE(misc-use-anonymous-namespace)
NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialize)

}  // namespace ringsnake::node
