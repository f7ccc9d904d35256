// JavaScript function that calls the methods of an embedded worker on its own thread:
// core/direct_calls.h. Threads: the environment's own.
#pragma once

#include <napi.h>

namespace ringsnake::node {

// (address of a DirectTarget, room: ArrayBuffer, serve): a function, undefined when this thread
// cannot join. The room begins with the words of direct_words.h, which say what is called and how
// it went; then come the arguments, unless they are given to the function, and the result. It
// returns undefined, or an ArrayBuffer of a result that the room is too short for, or a list with
// one of the error.
Napi::Value make_direct_caller(const Napi::CallbackInfo& info);

}  // namespace ringsnake::node
