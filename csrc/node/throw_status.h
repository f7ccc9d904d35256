// Status → JavaScript error. The only place of the addon that throws.
#pragma once

#include <napi.h>

#include <string>
#include <system_error>

#include "../core/status.h"
#include "environment_data.h"

namespace ringsnake::node {

// Leaves a JavaScript exception pending for a status that is not ok. True when it did.
inline bool throw_if_failed(Napi::Env env, const Status& status) {
  if (status.is_ok()) return false;
  const auto* const data = env.GetInstanceData<EnvironmentData>();
  std::string message = status.what;
  if (status.code == StatusCode::kInvalidArgument) {
    Napi::RangeError::New(env, message).ThrowAsJavaScriptException();
    return true;
  }
  if (status.error_number != 0) {
    message += ": ";
    message += std::system_category().message(status.error_number);
  }
  const Napi::FunctionReference& error_class = status.code == StatusCode::kBroken
                                                   ? data->errors.protocol_error
                                                   : data->errors.resource_error;
  const Napi::Object error = error_class.New({Napi::String::New(env, message)});
  if (!env.IsExceptionPending()) napi_throw(env, error);
  return true;
}

}  // namespace ringsnake::node
