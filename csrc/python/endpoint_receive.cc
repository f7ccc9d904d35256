#include "endpoint_receive.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "../core/frame.h"
#include "call_record_type.h"
#include "endpoint_send.h"
#include "endpoint_state.h"
#include "message_bytes.h"
#include "plain_calls.h"
#include "program_runner_type.h"
#include "py_fast.h"
#include "raise_status.h"
#include "schema_program.h"
#include "take_exception.h"
#include "value_decoder.h"

namespace ringsnake::python {
namespace {

// Calls run by one receive(), so that what else the loop has to do is not held up.
constexpr int kPlainCallsAtOnce = 32;
// After each of them: some 2 µs in all. Node needs 0.5 µs from an answer to its next call, or 1 µs
// where the two CPUs share no cache.
constexpr int kLooksForMore = 4;

// The types that the values of frames are declared to have. Borrowed.
struct Declarations {
  PyObject* arguments;  // of calls: a tuple of interfaces, each a tuple of programs
  PyObject* results;    // of results: a dict from the numbers of open calls to programs
  PyObject* objects;    // of calls to objects: a dict from their numbers to tuples of programs
  PyObject* streams;    // of items and of what is sent for them: a dict from the numbers of streams
                        // to programs
};

// In `objects`, the numbers of calls whose results are called begin here.
constexpr unsigned long long kCallResultKeys = 1ULL << 32U;

// In `streams`, the numbers of our own, to which something is sent, begin here.
constexpr unsigned long long kSentKeys = 1ULL << 32U;

PyObject* find_in_dict(PyObject* dict, unsigned long long number) {
  const Ref key(PyLong_FromUnsignedLongLong(number));
  return key ? PyDict_GetItemWithError(dict, key.get()) : nullptr;
}

// No exception for an index beyond the end: who answers the call has the words for it.
PyObject* find_in_tuple(PyObject* tuple, std::size_t index) {
  if (tuple == nullptr || index >= static_cast<std::size_t>(PyTuple_Size(tuple))) return nullptr;
  return PyTuple_GetItem(tuple, static_cast<Py_ssize_t>(index));
}

// The program for the value of a frame; null if there is none. Borrowed.
PyObject* find_program(const FrameHeader& header, const Declarations& declared) {
  switch (static_cast<FrameKind>(header.kind)) {
    case FrameKind::kCall:
      return find_in_tuple(find_in_tuple(declared.arguments, header.interface_index),
                           header.method_index);
    case FrameKind::kCallObject:
      return find_in_tuple(find_in_dict(declared.objects, header.method_index),
                           header.interface_index);
    case FrameKind::kCallResult:
      return find_in_tuple(find_in_dict(declared.objects, kCallResultKeys + header.method_index),
                           header.interface_index);
    case FrameKind::kResult:
      return find_in_dict(declared.results, header.call_id);
    case FrameKind::kItems:
      return find_in_dict(declared.streams, header.call_id);
    case FrameKind::kCredit:
      return find_in_dict(declared.streams, kSentKeys + header.call_id);
    default:
      return nullptr;
  }
}

// Takes the encoded context off the front of `content`. Nothing when it is not whole.
std::optional<std::span<const std::byte>> take_context(std::span<const std::byte>* content) {
  std::uint32_t length = 0;
  if (content->size() < sizeof length) return std::nullopt;
  std::memcpy(&length, content->data(), sizeof length);
  const auto rest = content->subspan(sizeof length);
  if (length > rest.size()) return std::nullopt;
  *content = rest.subspan(length);
  return rest.first(length);
}

struct IncomingFrame {
  const FrameHeader& header;
  std::span<const std::byte> content;
};

// Null with an exception set.
PyObject* decode_frame_value(const IncomingFrame& frame, const Declarations& declared,
                             EndpointState& state, bool* is_declared) {
  DecodeOptions options{.readers = state.readers.get(), .bulk = &state.incoming};
  HostObjects& hosts = state.hosts;
  PyObject* const found = find_program(frame.header, declared);
  if (found == nullptr)
    return PyErr_Occurred() == nullptr ? decode_value(frame.content, hosts, options) : nullptr;
  *is_declared = true;
  options.references = state.references.get();
  // Code of the user's classes may take it away meanwhile.
  const Ref kept(Py_NewRef(found));
  Program program{};
  return read_program(found, &program) ? decode_declared(frame.content, hosts, program, options)
                                       : nullptr;
}

// Nobody gets this value: what it refers to is borrowed, also where it was not read, so that it
// goes back with the rest of the message. Keeps the exception.
void borrow_the_rest(std::span<const std::byte> content, EndpointState& state, bool declared) {
  DecodeOptions options{.bulk = &state.incoming};
  // Of a declared type all references were read, and those that nobody took have gone back.
  if (!declared) options.references = state.references.get();
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  const Ref ignored(decode_value(content, state.hosts, options));
  PyErr_Restore(type, error, traceback);
}

// A call that can be run here.
struct PlainCall {
  FrameHeader header;
  Ref call_id;
  PlainMethod method;  // whose handler is null: there is none
  Ref args;
};

// A frame as a tuple: see receive() in _native.pyi. Null with an exception set. Everything is
// copied out. With `plain`, a call that can be run here goes there, and the result is None.
PyObject* decode_frame(std::span<const std::byte> frame, const Declarations& declared,
                       EndpointState& state, PlainCall* plain) {
  const auto header = read_frame_header(frame);
  if (!header) {
    const Ref message(PyUnicode_FromFormat(
        "a record of %zu bytes does not begin with a frame header of this version", frame.size()));
    raise_error("ProtocolError", message.get());
    return nullptr;
  }
  std::span<const std::byte> content = frame.subspan(wire::kFrameHeaderBytes);
  std::optional<std::span<const std::byte>> context;
  if ((header->flags & wire::kFrameContext) != 0) {
    context = take_context(&content);
    if (!context) {
      raise_text("ProtocolError", "a call ends before its context does");
      return nullptr;
    }
  }
  bool is_declared = false;
  PyObject* value = decode_frame_value({*header, content}, declared, state, &is_declared);
  // An interrupt is not about the value: the frame stays for the next time.
  if (value == nullptr && PyErr_ExceptionMatches(PyExc_Exception) == 0) return nullptr;
  if (value == nullptr) borrow_the_rest(content, state, is_declared);
  state.incoming.end_message();
  if (plain != nullptr && value != nullptr && !context &&
      header->kind == static_cast<std::uint8_t>(FrameKind::kCall) && PyList_Check(value) != 0) {
    plain->call_id = Ref(PyLong_FromUnsignedLong(header->call_id));
    if (plain->call_id) plain->method = state.plain.find(*header, plain->call_id.get());
    if (plain->method.handler != nullptr) {
      state.received.add(header->kind, frame.size());
      plain->header = *header;
      plain->args = Ref(value);
      Py_RETURN_NONE;
    }
  }
  // The frame stands although its value does not: the caller answers it with this error.
  PyObject* const error = value == nullptr ? take_exception() : Py_NewRef(Py_None);
  if (value == nullptr) value = Py_NewRef(Py_None);
  PyObject* const context_bytes = context ? to_bytes(*context) : Py_NewRef(Py_None);
  if (error == nullptr || context_bytes == nullptr) {
    Py_DECREF(value);
    Py_XDECREF(error);
    Py_XDECREF(context_bytes);
    return PyErr_NoMemory();
  }
  state.received.add(header->kind, frame.size());
  return Py_BuildValue("(BBIHIINNN)", header->kind, header->flags, header->call_id,
                       header->interface_index, header->method_index, header->parent, value, error,
                       context_bytes);
}

// decode_frame() for one in a segment. False: it cannot be had while this process may open no more.
PyObject* decode_large_frame(EndpointState& state, const Declarations& declared,
                             std::span<const std::byte> reference, PlainCall* plain) {
  std::optional<Loan> loan;
  const Status status = state.endpoint.borrow(reference, &loan);
  if (status.error_number == EMFILE) Py_RETURN_FALSE;
  if (raise_if_failed(status) || !loan) return nullptr;
  PyObject* const frame = decode_frame(loan->payload(), declared, state, plain);
  // One that stays in the ring stays lent.
  if (frame != nullptr && loan->give_back()) state.endpoint.waiter.count_returned();
  return frame;
}

// (outcome, call, value, context) for Python's half; takes `value` and `context` over, of which the
// latter may be null.
PyObject* hand_over(PlainCalls::Outcome outcome, PyObject* call, Ref value, Ref context = {}) {
  if (!value) return nullptr;
  if (!context) context = Ref(Py_NewRef(Py_None));
  return Py_BuildValue("(iONN)", static_cast<int>(outcome), call, value.release(),
                       context.release());
}

// The frame of an answer; see send_frame().
PyObject* send_result(EndpointState& state, const PlainCall& plain, PyObject* value) {
  const FrameHeader header{.kind = static_cast<std::uint8_t>(FrameKind::kResult),
                           .call_id = plain.header.call_id,
                           .interface_index = 0,
                           .method_index = 0};
  return send_frame(state, header, {value, plain.method.program, nullptr}, !state.has_backlog);
}

// The frame of an answer for which nothing of anybody's has run, so that there was nothing to
// cancel, and nothing that would ask which call is running. Without one nothing has happened.
Ref answer_without_code(EndpointState& state, const PlainCall& plain) {
  const Ref value(run_without_code(plain.method.handler, plain.args.get()));
  Ref frame(value ? send_result(state, plain, value.get()) : nullptr);
  // Who runs it in full is told of this again.
  if (value && !frame) PyErr_Clear();
  return frame;
}

// Runs a call and answers it: None. What is left to do otherwise, see hand_over(). Null with an
// exception set.
PyObject* run_plain(PyObject* self, const PlainCall& plain) {
  using Outcome = PlainCalls::Outcome;
  Ref answered(answer_without_code(*as_endpoint(self)->state, plain));
  if (answered.get() == Py_None) return answered.release();
  const PlainCalls& calls = as_endpoint(self)->state->plain;
  PyObject* const call_id = plain.call_id.get();
  // The handler may close the channel, and take the table along.
  const Ref handler(Py_NewRef(plain.method.handler));
  const Ref program(Py_NewRef(plain.method.program));
  const Ref call(calls.begin(plain.header, call_id, plain.method));
  if (!call) return nullptr;
  if (answered) return hand_over(Outcome::kKept, call.get(), std::move(answered));
  Ref context;
  Ref result(calls.run(handler.get(), call.get(), plain.args.get(), &context));
  if (!result) return hand_over(Outcome::kRaised, call.get(), Ref(take_exception()));
  if (is_awaitable(result.get())) {
    return hand_over(Outcome::kAwaitable, call.get(), std::move(result), std::move(context));
  }
  EndpointState* const state = usable_state(self);
  if (state == nullptr || reinterpret_cast<CallRecord*>(call.get())->known_cancelled != 0) {
    return hand_over(Outcome::kUnsent, call.get(), std::move(result));
  }
  Ref frame(send_result(*state, plain, result.get()));
  if (!frame) return hand_over(Outcome::kRefused, call.get(), Ref(take_exception()));
  if (frame.get() != Py_None) return hand_over(Outcome::kKept, call.get(), std::move(frame));
  state->plain.end(call_id);
  return frame.release();
}

// The next frame, as receive() gives it; None without one, False while it cannot be had. A call
// that can be run here goes to `plain`.
PyObject* receive_frame(EndpointState& state, const Declarations& declared, PlainCall* plain,
                        bool* found) {
  const auto record = state.endpoint.consumer.peek();
  *found = record.has_value();
  if (!record) Py_RETURN_NONE;
  // A user's class may be called for a value that still lies in the ring.
  state.is_in_use = true;
  PyObject* const frame = record->kind == RecordKind::kMessage
                              ? decode_frame(record->payload, declared, state, plain)
                              : decode_large_frame(state, declared, record->payload, plain);
  state.is_in_use = false;
  if (frame == nullptr || frame == Py_False) {
    state.endpoint.consumer.put_back(*record);
    return frame;
  }
  state.endpoint.consumer.release();
  state.endpoint.waiter.wake_after_release();
  return frame;
}

bool look_for_more(Waiter& waiter) {
  for (int i = 0; i < kLooksForMore; ++i) {
    if (waiter.look_briefly()) return true;
  }
  return false;
}

bool raise_if_broken(const Endpoint& endpoint) {
  if (!endpoint.consumer.broken() && !endpoint.producer.broken()) return false;
  raise_text("ProtocolError", "the ring holds what no peer may write");
  return true;
}

}  // namespace

PyObject* endpoint_receive(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* state = open_state(self);
  if (state == nullptr) return nullptr;
  if (count < 4 || count > 5 || PyTuple_Check(args[0]) == 0 || PyDict_Check(args[1]) == 0 ||
      PyDict_Check(args[2]) == 0 || PyDict_Check(args[3]) == 0) {
    PyErr_SetString(PyExc_TypeError, "receive takes a tuple, three dicts of programs and a bool");
    return nullptr;
  }
  const Declarations declared{args[0], args[1], args[2], args[3]};
  const bool runs_plain = kHasContexts && count == 5 && args[4] == Py_True;
  for (int served = 0; served < kPlainCallsAtOnce; ++served) {
    PlainCall plain;
    bool found = false;
    Ref frame(receive_frame(*state, declared, runs_plain ? &plain : nullptr, &found));
    if (frame && !found) {
      // Who was answered at once may ask again at once: sooner than Python's loop comes round.
      if (served > 0 && look_for_more(state->endpoint.waiter)) continue;
      return raise_if_broken(state->endpoint) ? nullptr : frame.release();
    }
    if (!frame || !plain.args) return frame.release();
    Ref left(run_plain(self, plain));
    if (!left || left.get() != Py_None) return left.release();
    state = usable_state(self);
    if (state == nullptr) break;
  }
  Py_RETURN_TRUE;
}

PyObject* endpoint_set_plain_calls(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* const state = open_state(self);
  if (state == nullptr || !state->plain.set(args, count)) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace ringsnake::python
