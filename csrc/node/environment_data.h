// What the addon keeps of one environment: the main thread's, or that of a worker_threads thread.
// Threads: the environment's own.
#pragma once

#include <napi.h>

#include <memory>

#include "bare_descriptors.h"
#include "interpreter_use.h"
#include "started_children.h"

namespace ringsnake::node {

// Classes of lib/errors.ts, handed over once by lib/native.ts: an addon cannot import modules
// itself.
struct ErrorClasses {
  Napi::FunctionReference resource_error;
  Napi::FunctionReference protocol_error;
};

class ValueBuffers;

// Ends with the environment, after Node has closed the handles of libuv.
struct EnvironmentData {
  ErrorClasses errors;
  Napi::FunctionReference region_class;
  Napi::FunctionReference doorbell_class;
  Napi::FunctionReference endpoint_class;
  std::shared_ptr<ValueBuffers> value_buffers;
  BareDescriptors descriptors;
  StartedChildren children;
  InterpreterUse interpreter;
};

}  // namespace ringsnake::node
