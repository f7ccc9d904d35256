#include "interpreter_functions.h"

#include "../embed/interpreter.h"
#include "direct_caller.h"
#include "throw_status.h"

namespace ringsnake::node {
namespace {

std::string text(const Napi::CallbackInfo& info, std::size_t index) {
  return info[index].As<Napi::String>().Utf8Value();
}

// (library, executable, version, prefix, program, folder): an empty string, or why not.
Napi::Value start(const Napi::CallbackInfo& info) {
  const embed::Installation installation{.library = text(info, 0),
                                         .executable = text(info, 1),
                                         .version = text(info, 2),
                                         .prefix = text(info, 3)};
  return Napi::String::New(info.Env(),
                           embed::start_interpreter(installation, text(info, 4), text(info, 5)));
}

void ask(const Napi::CallbackInfo& info) {
  auto& interpreter = info.Env().GetInstanceData<EnvironmentData>()->interpreter;
  throw_if_failed(info.Env(), interpreter.ask(text(info, 0)));
}

void arm_exit(const Napi::CallbackInfo& /*info*/) { embed::arm_exit(); }

}  // namespace

void define_interpreter_functions(Napi::Env env, Napi::Object exports) {
  exports.Set("startInterpreter", Napi::Function::New<start>(env));
  exports.Set("askInterpreter", Napi::Function::New<ask>(env));
  exports.Set("directCaller", Napi::Function::New<make_direct_caller>(env));
  exports.Set("armExit", Napi::Function::New<arm_exit>(env));
}

}  // namespace ringsnake::node
