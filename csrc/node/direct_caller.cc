#include "direct_caller.h"

#include <cstdlib>
#include <cstring>
#include <memory>

#include "../core/direct_calls.h"
#include "direct_words.h"
#include "environment_data.h"

namespace ringsnake::node {
namespace {

struct DirectCaller {
  DirectTarget* target = nullptr;
  void* thread = nullptr;  // of Python's
  std::int32_t* words = nullptr;
  std::byte* room = nullptr;  // behind the words
  std::size_t capacity = 0;
  Napi::Reference<Napi::ArrayBuffer> buffer;
  Napi::FunctionReference serve;
};

bool serve(void* host) {
  const auto& caller = *static_cast<DirectCaller*>(host);
  const Napi::Env env = caller.serve.Env();
  const Napi::HandleScope scope(env);
  const Napi::Value done = caller.serve.Call({});
  if (!env.IsExceptionPending()) return !done.IsEmpty();
  // Who waits cannot be told what has gone wrong here: the session has ended, or the thread ends.
  env.GetAndClearPendingException();
  return false;
}

// A copy that is JavaScript's: its memory is not from where V8 wants it.
napi_value take_given(napi_env env, const DirectCall& call) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  if (napi_create_arraybuffer(env, call.size, &data, &buffer) != napi_ok) return nullptr;
  if (call.size > 0) std::memcpy(data, call.given, call.size);
  return buffer;
}

napi_value give_error(napi_env env, const DirectCall& call) {
  napi_value error = take_given(env, call);
  napi_value pair = nullptr;
  if (error == nullptr || napi_create_array_with_length(env, 1, &pair) != napi_ok) return nullptr;
  return napi_set_element(env, pair, 0, error) == napi_ok ? pair : nullptr;
}

// Written against the C interface: this is all that a call costs.
napi_value call_directly(napi_env env, napi_callback_info info) {
  napi_value elsewhere = nullptr;
  std::size_t count = 1;
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &count, &elsewhere, nullptr, &data) != napi_ok) return nullptr;
  auto& caller = *static_cast<DirectCaller*>(data);
  std::int32_t* const words = caller.words;
  DirectCall call;
  call.interface_index = static_cast<std::uint32_t>(words[direct_words::kInterface]);
  call.method_index = static_cast<std::uint32_t>(words[direct_words::kMethod]);
  call.refers = words[direct_words::kRefers] != 0;
  call.arguments = caller.room;
  call.length = static_cast<std::size_t>(words[direct_words::kLength]);
  if (count != 0) {
    void* bytes = nullptr;
    napi_get_typedarray_info(env, elsewhere, nullptr, &call.length, &bytes, nullptr, nullptr);
    call.arguments = static_cast<std::byte*>(bytes);
  }
  call.room = caller.room;
  call.capacity = caller.capacity;
  call.serve = serve;
  call.host = &caller;
  const DirectOutcome outcome = caller.target->call(caller.target, caller.thread, &call);
  const bool in_room = call.given == caller.room;
  if (outcome == DirectOutcome::kElsewhere || (outcome == DirectOutcome::kResult && in_room)) {
    const bool is_there = outcome == DirectOutcome::kResult;
    words[direct_words::kSize] =
        is_there ? static_cast<std::int32_t>(call.size) : direct_words::kElsewhere;
    return nullptr;
  }
  const std::unique_ptr<std::byte, decltype(&std::free)> owned(in_room ? nullptr : call.given,
                                                               &std::free);
  return outcome == DirectOutcome::kError ? give_error(env, call) : take_given(env, call);
}

}  // namespace

Napi::Value make_direct_caller(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto address = static_cast<std::uintptr_t>(info[0].As<Napi::Number>().Int64Value());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the other half tells it as a number.
  auto* const target = reinterpret_cast<DirectTarget*>(address);
  auto& interpreter = env.GetInstanceData<EnvironmentData>()->interpreter;
  if (target->version != DirectTarget::kVersion || !interpreter.join(*target))
    return env.Undefined();
  auto caller = std::make_unique<DirectCaller>();
  auto room = info[1].As<Napi::ArrayBuffer>();
  caller->target = target;
  caller->thread = interpreter.thread();
  caller->words = static_cast<std::int32_t*>(room.Data());
  caller->room = static_cast<std::byte*>(room.Data()) + direct_words::kBytes;
  caller->capacity = room.ByteLength() - direct_words::kBytes;
  caller->buffer = Napi::Reference<Napi::ArrayBuffer>::New(room, 1);
  caller->serve = Napi::Persistent(info[2].As<Napi::Function>());
  napi_value function = nullptr;
  if (napi_create_function(env, "call", NAPI_AUTO_LENGTH, call_directly, caller.get(), &function) !=
      napi_ok) {
    return env.Undefined();
  }
  const Napi::Function made(env, function);
  made.AddFinalizer([](Napi::Env, DirectCaller* finalized) { delete finalized; }, caller.release());
  return made;
}

}  // namespace ringsnake::node
