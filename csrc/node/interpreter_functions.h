// CPython in this process, as JavaScript starts it: csrc/embed. Threads: the environment's own.
#pragma once

#include <napi.h>

namespace ringsnake::node {

void define_interpreter_functions(Napi::Env env, Napi::Object exports);

}  // namespace ringsnake::node
