// JavaScript function that calls the methods of an embedded worker on its own thread:
// core/direct_calls.h. Threads: the environment's own.
#pragma once

#include <napi.h>

namespace ringsnake::node {

// (address of a DirectTarget, room: ArrayBuffer, serve): a function, undefined when this thread
// cannot join. It takes (interface, method, length of the arguments in the room, the arguments
// elsewhere?) and returns the length of the result in the room, -1 when the call is to be made
// elsewhere, or an ArrayBuffer: of the result; with `isError`, of the error.
Napi::Value make_direct_caller(const Napi::CallbackInfo& info);

}  // namespace ringsnake::node
